import { describe, expect, test } from '@jest/globals';
import { reasonOf } from '../../src/graph/reason.ts';

const NOTHING = { code: undefined, message: '', requestId: undefined, byIntune: false, foreign: false };

function reasonIn(body: unknown, headers: Record<string, string> = {}) {
  return reasonOf({ status: 400, headers, text: typeof body === 'string' ? body : JSON.stringify(body) });
}

/** The message for an error whose `message` is this text. */
function messageOf(message: string): string {
  return reasonIn({ error: { message } }).message;
}

describe('the reason in a body', () => {
  test.each<[body: unknown, expected: object]>([
    ['', NOTHING],
    ['hello', { ...NOTHING, message: 'answered 400 with a body that is not JSON: "hello"' }],
    [{ a: 1 }, { ...NOTHING, foreign: true, message: '400 with unexpected JSON: "{\\"a\\":1}"' }],
    ['null', { ...NOTHING, foreign: true, message: '400 with unexpected JSON: "null"' }],
    [
      { error: 'denied', error_description: ' No. ' },
      { ...NOTHING, code: 'denied', message: 'No.' },
    ],
    [
      { error: 'denied', error_description: 5 },
      { ...NOTHING, code: 'denied' },
    ],
    [{ 'odata.error': 'denied' }, { ...NOTHING, code: 'denied' }],
    [{ 'odata.error': { code: 'C', message: 'M' } }, { ...NOTHING, code: 'C', message: 'M' }],
    [
      { error: { message: 'M' }, 'odata.error': { message: 'N' } },
      { ...NOTHING, message: 'M' },
    ],
    [{ error: null, 'odata.error': { message: 'N' } }, NOTHING],
    [
      { Message: 'M', ErrorCode: ' C ' },
      { ...NOTHING, code: 'C', message: 'M' },
    ],
    [{ ErrorCode: 'C' }, { ...NOTHING, code: 'C', message: 'C' }],
    [{ _version: 3 }, NOTHING],
    ['\ufeff{"Message":"M"}', { ...NOTHING, message: 'M' }],
    ['{"Message":"M\ufeff."}', { ...NOTHING, message: 'M\ufeff.' }],
    [
      { error: { code: ' C ', message: ' M ', 'request-id': ' R ' } },
      { ...NOTHING, code: 'C', message: 'M', requestId: 'R' },
    ],
  ])('%j', (body, expected) => {
    expect(reasonIn(body)).toEqual(expected);
  });

  test.each([
    ['https://fef.unit-01.manage.microsoft.com/x', true],
    ['HTTPS://FEF.A.MANAGE.MICROSOFT.US', true],
    ['urn:intune:service', true],
    ['https://fef.manage.microsoft.com/', false],
    ['https://fef.a.b.manage.microsoft.com/', false],
    ['http://fef.a.manage.microsoft.com/', false],
    ['https://fef.a.manage-microsoft.com/', false],
    ['urn:intune', false],
  ])('with %s is by Intune: %s', (text, byIntune) => {
    for (const body of [text, { error: 'E', error_description: text }, { error: { message: text } }])
      expect(reasonIn(body).byIntune).toBe(byIntune);
    expect(reasonIn('', { 'www-authenticate': `Bearer realm="${text}"` }).byIntune).toBe(byIntune);
  });

  test.each<[string, unknown, string]>([
    ['the outer error', { message: 'Outer', innerError: { message: 'Inner' } }, 'Outer'],
    ['innerError', { innerError: { message: 'Inner' }, details: [{ message: 'Detail' }] }, 'Inner'],
    ['the first of its details', { details: [{ message: 'First' }, { message: 'Second' }] }, 'First'],
    ['its only detail', { details: { message: 'Detail' } }, 'Detail'],
    ['a detail of a detail', { details: [{ details: [{ message: 'Deep' }] }] }, 'Deep'],
  ])('is that of %s', (_, error, message) => {
    expect(reasonIn({ error }).message).toBe(message);
  });
});

describe('a message', () => {
  test.each([
    ['{}', ''],
    ['{ }', ''],
    ['{  }', ''],
    ['[]', ''],
    ['[ ]', ''],
    ['[  ]', ''],
    ['null', ''],
    ['[1]', '[1]'],
    ['x{}', 'x{}'],
    ['[]{}', '[]{}'],
    ['null{}', 'null{}'],
    ['5', '5'],
    ['x{"Message":"M"}', 'M'],
    ['{"Message":"M"', '{"Message":"M"'],
    ['"M"', 'M'],
    ['M {"Other":1}', 'M {"Other":1}'],
    ['M - Url: 5', 'M'],
    ['M - Url: 5\nmore', 'M'],
    ['M - Urls', 'M - Urls'],
    ['M  - Operation ID: 5', 'M'],
    ['M - Activity ID: 1f-2E', 'M [activity id 1f-2E]'],
    ['M - Activity ID: 5x', 'M [activity id 5]'],
    [`M - Activity ID: ${'a'.repeat(37)}`, `M [activity id ${'a'.repeat(36)}]`],
  ])('%j is shown as %j', (message, shown) => {
    expect(messageOf(message)).toBe(shown);
  });

  test.each<[string, unknown, string]>([
    ['Message', { Message: 'M', message: 'N' }, 'M'],
    ['message', { message: 'M' }, 'M'],
    ['error', { error: { message: 'M' } }, 'M'],
    ['odata.error', { 'odata.error': { message: 'M' } }, 'M'],
    ['value', { message: { lang: 'en', value: 'M' } }, 'M'],
    ['JSON in Message', { Message: '{"Message":"M"}' }, 'M'],
    ['ErrorCode', { ErrorCode: 'C' }, 'C'],
    ['ErrorCode where the message is blank', { ErrorCode: 'C', Message: ' ' }, 'C'],
    ['ErrorCode where the message is a number', { ErrorCode: 'C', Message: 5 }, 'C'],
    ['the innermost ErrorCode', { ErrorCode: 'C', Message: '{"ErrorCode":"D"}' }, 'D'],
    ['an outer ErrorCode', { ErrorCode: 'C', Message: '{"Message":""}' }, 'C'],
    ['Message and a phrase', { Message: 'M', CustomApiErrorPhrase: ' P ' }, 'M (P)'],
    ['an outer phrase', { Message: '{"Message":"M"}', CustomApiErrorPhrase: 'P' }, 'M (P)'],
    [
      'an inner phrase',
      { Message: '{"Message":"M","CustomApiErrorPhrase":"Q"}', CustomApiErrorPhrase: 'P' },
      'M (Q)',
    ],
    ['only a phrase', { CustomApiErrorPhrase: 'P' }, '(P)'],
    ['none', { Other: 1 }, '{"Other":1}'],
  ])('in JSON is found in %s', (_, inside, shown) => {
    expect(messageOf(JSON.stringify(inside))).toBe(shown);
  });

  test.each([
    [8, 'M'],
    [9, `${'{"Message":'.repeat(9)}"M"${'}'.repeat(9)}`],
  ])('inside %i levels of JSON is shown as %s', (levels, shown) => {
    const inside = `${'{"Message":'.repeat(levels)}"M"${'}'.repeat(levels)}`;
    expect(messageOf(inside)).toBe(shown);
  });
});
