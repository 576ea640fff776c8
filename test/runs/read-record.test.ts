import { describe, expect, test } from '@jest/globals';
import { isOutcome, readRowRecord } from '../../src/runs/read-record.ts';
import { isObject } from '../../src/text/is-object.ts';
import { recordOf } from './rows.ts';

const WHOLE = recordOf(2, {
  certificateId: 'x',
  status: 'written',
  before: { pendingCount: 1, other: 'kept' },
  sent: { id: 'o', pendingCount: 2, lastUpdateDateTime: '2026-01-01T00:00:00Z' },
  after: { pendingCount: 2 },
  error: { kind: 'graph', message: 'words', code: 'X' },
  again: true,
});

describe('a record of a row', () => {
  test.each<[string, unknown]>([
    ['whole', WHOLE],
    [
      'without optional members',
      { ...recordOf(2), certificateId: undefined, before: undefined, after: undefined },
    ],
    ['with nothing sent', recordOf(2, { sent: null })],
    ['with a negative line', recordOf(-1)],
    ['with a display name', recordOf(2, { displayName: 'Wi-Fi' })],
    ['with an error without a code', { ...WHOLE, error: { kind: 'graph', message: 'words' } }],
    ['not sent again', { ...WHOLE, again: false }],
    ...(['unchanged', 'written', 'mismatched', 'failed', 'skipped'] as const).map(
      (status): [string, unknown] => [status, recordOf(2, { status })],
    ),
  ])('%s is read unchanged', (_, value) => {
    expect(readRowRecord(value)).toBe(value);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a string', 'record'],
    ['a list', [WHOLE]],
    ['no line', { ...WHOLE, line: undefined }],
    ['a line that is not an integer', { ...WHOLE, line: 1.5 }],
    ['a line as a string', { ...WHOLE, line: '2' }],
    ['no id', { ...WHOLE, deviceConfigurationId: undefined }],
    ['an id that changes the path', { ...WHOLE, deviceConfigurationId: '..' }],
    ['a number as the id', { ...WHOLE, deviceConfigurationId: 5 }],
    ['a number as the display name', { ...WHOLE, displayName: 5 }],
    ['no route', { ...WHOLE, via: undefined }],
    ['a certificate that changes the path', { ...WHOLE, certificateId: '..' }],
    ['a number as the certificate', { ...WHOLE, certificateId: 5 }],
    ['another status', { ...WHOLE, status: 'lost' }],
    ['no status', { ...WHOLE, status: undefined }],
    ['a list before', { ...WHOLE, before: [] }],
    ['a number after', { ...WHOLE, after: 5 }],
    ['a list sent', { ...WHOLE, sent: [] }],
    ['no member sent', { ...WHOLE, sent: undefined }],
    ['an unknown property sent', { ...WHOLE, sent: { other: 1 } }],
    ['a string sent as a count', { ...WHOLE, sent: { pendingCount: '1' } }],
    ['a fraction sent as a count', { ...WHOLE, sent: { pendingCount: 1.5 } }],
    ['a number sent as a date', { ...WHOLE, sent: { lastUpdateDateTime: 5 } }],
    ['one right and one wrong value sent', { ...WHOLE, sent: { pendingCount: 1, failedCount: null } }],
    ['no member error', { ...WHOLE, error: undefined }],
    ['a string as the error', { ...WHOLE, error: 'words' }],
    ['an error without a kind', { ...WHOLE, error: { message: 'words' } }],
    ['an error without a message', { ...WHOLE, error: { kind: 'graph' } }],
    ['an error whose code is a number', { ...WHOLE, error: { kind: 'graph', message: 'x', code: 5 } }],
    ['again as a string', { ...WHOLE, again: 'yes' }],
  ])('with %s is rejected', (_, value) => {
    expect(readRowRecord(value)).toBeUndefined();
  });
});

describe('a result entry is valid', () => {
  test.each<[string, Record<string, unknown>, boolean]>([
    ['with only a status', { status: 'written' }, true],
    [
      'with all members',
      { status: 'failed', after: {}, error: { kind: 'graph', message: 'x', code: null } },
      true,
    ],
    ['with null', { status: 'written', after: null, error: null }, true],
    ['with another status', { status: 'lost' }, false],
    ['with the status of a plan', { status: 'planned' }, false],
    ['with values before', { status: 'written', before: {} }, true],
    ['with a list before', { status: 'written', before: [] }, false],
    ['with nothing sent', { status: 'skipped', sent: null }, true],
    ['with sent values', { status: 'written', sent: {} }, false],
    ['without a status', {}, false],
    ['with a list after', { status: 'written', after: [] }, false],
    ['with a string as the error', { status: 'written', error: 'x' }, false],
  ])('%s: %j', (_, value, is) => {
    expect(isOutcome(value)).toBe(is);
  });
});

test.each([
  [{}, true],
  [[], false],
  [null, false],
  ['x', false],
  [undefined, false],
])('%j is a JSON object: %s', (value, is) => {
  expect(isObject(value)).toBe(is);
});
