import { describe, expect, test } from '@jest/globals';
import { readQuotaRecord } from '../../../src/graph/quota/record.ts';
import { MAX_TOTAL_WAIT } from '../../../src/graph/retry-policy.ts';

const LIMIT = { writes: 100, requests: 1_000, window: 20_000 };
const COMMON = { by: 'a', at: 5, kind: 'write' };
const TAKE = { ...COMMON, did: 'take', count: 2, limit: LIMIT, hold: 40_000 };
const ANSWER = { ...COMMON, did: 'answer', count: 2, passed: 1 };
const USE = { ...COMMON, did: 'use', count: 2 };
const THROTTLE = { ...COMMON, did: 'throttle', pause: 1_000, asked: true };
const MAX = 1_000_000_000;

describe('a line of the log', () => {
  test.each([
    [TAKE],
    [ANSWER],
    [USE],
    [THROTTLE],
    [{ ...USE, did: 'release', kind: 'read' }],
    [{ ...USE, at: 0, count: 0 }],
    [{ ...USE, at: Number.MAX_SAFE_INTEGER, count: MAX }],
    [{ ...TAKE, hold: MAX, limit: { writes: 0.5, requests: 1, window: Number.MAX_SAFE_INTEGER } }],
    [{ ...ANSWER, passed: 2 }],
    [{ ...THROTTLE, pause: MAX_TOTAL_WAIT, asked: false }],
  ])('is a record: %j', (record) => {
    expect(readQuotaRecord(JSON.stringify(record))).toEqual(record);
  });

  test('may have other members, which are dropped, and is 1,000 characters long at most', () => {
    const text = JSON.stringify({ ...USE, note: '' });
    const withLength = (length: number) =>
      text.replace('"note":""', `"note":"${'n'.repeat(length - text.length)}"`);
    expect(readQuotaRecord(withLength(1_000))).toEqual(USE);
    expect(readQuotaRecord(withLength(1_001))).toBeUndefined();
  });

  test.each([
    [''],
    ['{'],
    [`${JSON.stringify(USE).slice(0, -1)}`],
    [` ${JSON.stringify(USE)}`],
    [JSON.stringify([USE])],
    ['{}'],
  ])('is not a record: %s', (line) => {
    expect(readQuotaRecord(line)).toBeUndefined();
  });

  test.each<[object]>([
    [{ ...USE, by: 1 }],
    [{ ...USE, at: -1 }],
    [{ ...USE, at: '5' }],
    [{ ...USE, at: Number.MAX_SAFE_INTEGER + 1 }],
    [{ ...USE, kind: 'other' }],
    [{ ...USE, did: 'other' }],
    [{ ...USE, count: -1 }],
    [{ ...USE, count: MAX + 1 }],
    [{ ...USE, count: undefined }],
    [{ ...TAKE, hold: undefined }],
    [{ ...TAKE, hold: MAX + 1 }],
    [{ ...TAKE, limit: null }],
    [{ ...TAKE, limit: { ...LIMIT, writes: 0 } }],
    [{ ...TAKE, limit: { ...LIMIT, requests: '1' } }],
    [{ ...TAKE, limit: { ...LIMIT, window: Number.MAX_SAFE_INTEGER + 1 } }],
    [{ ...ANSWER, passed: 3 }],
    [{ ...ANSWER, passed: undefined }],
    [{ ...THROTTLE, pause: MAX_TOTAL_WAIT + 1 }],
    [{ ...THROTTLE, asked: 'yes' }],
  ])('is not a record with an invalid member: %j', (record) => {
    expect(readQuotaRecord(JSON.stringify(record))).toBeUndefined();
  });
});
