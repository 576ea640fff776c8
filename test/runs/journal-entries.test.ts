import { describe, expect, test } from '@jest/globals';
import { DEFAULT_SETTINGS, readHead, resultEntry } from '../../src/runs/journal-entries.ts';
import { HEAD, recordOf } from './rows.ts';

describe('the head of a journal', () => {
  test('may lack what has a default', () => {
    const { source: _, undoes: __, sequence: ___, settings: ____, ...rest } = HEAD;
    expect(readHead(rest)).toEqual({
      ...HEAD,
      source: null,
      sequence: 0,
      settings: { rate: null, shard: null, read: true, verify: true, lenient: false },
    });
    expect(DEFAULT_SETTINGS).toEqual({ rate: null, shard: null, read: true, verify: true, lenient: false });
  });

  test.each([
    [
      { rate: '5/2s', shard: '1/4', read: false, verify: false, lenient: true },
      { rate: '5/2s', shard: '1/4', read: false, verify: false, lenient: true },
    ],
    [
      { rate: 5, shard: true, read: 'no', verify: null, lenient: 'yes', other: 1 },
      { rate: null, shard: null, read: true, verify: true, lenient: false },
    ],
  ])('has settings, each with its default if it is invalid: %j', (settings, expected) => {
    expect(readHead({ ...HEAD, settings })?.settings).toEqual(expected);
  });

  test.each<[object]>([
    [{ type: 'plan' }],
    [{ format: 1 }],
    [{ run: 1 }],
    [{ started: null }],
    [{ command: 'get' }],
    [{ command: ['apply'] }],
    [{ source: 1 }],
    [{ undoes: {} }],
    [{ displayName: 1 }],
    [{ sequence: 1.5 }],
    [{ settings: 'none' }],
    [{ target: {} }],
  ])('is not one with %j', (wrong) => {
    expect(readHead({ ...HEAD, ...wrong })).toBeUndefined();
  });

  test('is not missing', () => {
    expect(readHead(undefined)).toBeUndefined();
  });
});

describe('the result of a row', () => {
  const RESULT = { type: 'result', index: 4, status: 'written', after: null, error: null, requestId: null };

  test('has what the plan does not have', () => {
    expect(resultEntry(4, recordOf(2, { status: 'written' }))).toEqual(RESULT);
    expect(resultEntry(4, recordOf(2, { status: 'written', again: true }), 'id')).toEqual({
      ...RESULT,
      again: true,
      requestId: 'id',
    });
  });

  test('has the values before and the sent values if one of them is unknown', () => {
    expect(resultEntry(4, recordOf(2, { status: 'written', before: null }))).toEqual({
      ...RESULT,
      before: null,
    });
    expect(resultEntry(4, recordOf(2, { status: 'written', sent: null }))).toEqual({
      ...RESULT,
      before: { pendingCount: 0 },
      sent: null,
    });
  });
});
