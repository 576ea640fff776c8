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
      'without what may be missing',
      { ...recordOf(2), certificateId: undefined, before: undefined, after: undefined },
    ],
    ['with nothing sent', recordOf(2, { sent: null })],
    ['with a negative line', recordOf(-1)],
    ['with an error without a code', { ...WHOLE, error: { kind: 'graph', message: 'words' } }],
    ['not sent again', { ...WHOLE, again: false }],
    ...(['unchanged', 'written', 'mismatched', 'failed', 'skipped'] as const).map(
      (status): [string, unknown] => [status, recordOf(2, { status })],
    ),
  ])('%s is read as it is', (_, value) => {
    expect(readRowRecord(value)).toBe(value);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'record'],
    ['a list', [WHOLE]],
    ['no line', { ...WHOLE, line: undefined }],
    ['a line that is none', { ...WHOLE, line: 1.5 }],
    ['a line as text', { ...WHOLE, line: '2' }],
    ['no id', { ...WHOLE, deviceConfigurationId: undefined }],
    ['an id that leads elsewhere', { ...WHOLE, deviceConfigurationId: '..' }],
    ['a number as the id', { ...WHOLE, deviceConfigurationId: 5 }],
    ['no route', { ...WHOLE, via: undefined }],
    ['a certificate that leads elsewhere', { ...WHOLE, certificateId: '..' }],
    ['a number as the certificate', { ...WHOLE, certificateId: 5 }],
    ['another status', { ...WHOLE, status: 'lost' }],
    ['no status', { ...WHOLE, status: undefined }],
    ['a list before', { ...WHOLE, before: [] }],
    ['a number after', { ...WHOLE, after: 5 }],
    ['a list sent', { ...WHOLE, sent: [] }],
    ['nothing said of what was sent', { ...WHOLE, sent: undefined }],
    ['an unknown property sent', { ...WHOLE, sent: { other: 1 } }],
    ['a text sent as a count', { ...WHOLE, sent: { pendingCount: '1' } }],
    ['half a device sent', { ...WHOLE, sent: { pendingCount: 1.5 } }],
    ['a number sent as a date', { ...WHOLE, sent: { lastUpdateDateTime: 5 } }],
    ['one right and one wrong value sent', { ...WHOLE, sent: { pendingCount: 1, failedCount: null } }],
    ['no error said', { ...WHOLE, error: undefined }],
    ['a text as the error', { ...WHOLE, error: 'words' }],
    ['an error without a kind', { ...WHOLE, error: { message: 'words' } }],
    ['an error without words', { ...WHOLE, error: { kind: 'graph' } }],
    ['an error whose code is a number', { ...WHOLE, error: { kind: 'graph', message: 'x', code: 5 } }],
    ['again as text', { ...WHOLE, again: 'yes' }],
  ])('with %s is none', (_, value) => {
    expect(readRowRecord(value)).toBeUndefined();
  });
});

describe('what a result says', () => {
  test.each<[string, Record<string, unknown>, boolean]>([
    ['a status alone', { status: 'written' }, true],
    ['all of it', { status: 'failed', after: {}, error: { kind: 'graph', message: 'x', code: null } }, true],
    ['null', { status: 'written', after: null, error: null }, true],
    ['another status', { status: 'lost' }, false],
    ['no status', {}, false],
    ['a list after', { status: 'written', after: [] }, false],
    ['a text as the error', { status: 'written', error: 'x' }, false],
  ])('%s', (_, value, is) => {
    expect(isOutcome(value)).toBe(is);
  });
});

test.each([
  [{}, true],
  [[], false],
  [null, false],
  ['x', false],
  [undefined, false],
])('%j is an object of JSON: %s', (value, is) => {
  expect(isObject(value)).toBe(is);
});
