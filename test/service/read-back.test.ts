import { describe, expect, test } from '@jest/globals';
import { mismatchText, showsOld } from '../../src/service/read-back.ts';

describe('the text of a mismatch', () => {
  const mismatch = { name: 'pendingCount', sent: 4, held: 3 };

  test.each([
    [
      'has the values of the answer and of the read-back',
      { pendingCount: 4 },
      { pendingCount: 3 },
      'pendingCount was sent as 4; the answer had 4, the read-back had 3',
    ],
    [
      'has only the answer without a read-back',
      { pendingCount: 3 },
      undefined,
      'pendingCount was sent as 4; the answer had 3',
    ],
    [
      'has only the read-back without an overview in the answer',
      undefined,
      { pendingCount: 3 },
      'pendingCount was sent as 4; the read-back had 3',
    ],
    [
      'says which of them has no value',
      {},
      { pendingCount: null },
      'pendingCount was sent as 4; the answer had no value, the read-back had null',
    ],
  ])('%s', (_, answer, read, text) => expect(mismatchText(mismatch, answer, read)).toBe(text));

  test('has strings in quotation marks', () => {
    const name = 'lastUpdateDateTime';
    expect(mismatchText({ name, sent: 'x', held: 'y' }, { [name]: 'y' }, undefined)).toBe(
      'lastUpdateDateTime was sent as "x"; the answer had "y"',
    );
  });
});

describe('a read shows the state before the write', () => {
  const SENT = { pendingCount: 5, failedCount: 6 };
  const BEFORE = { pendingCount: 1, failedCount: 2 };

  test.each([
    ['if it has all old values', BEFORE, BEFORE, true],
    ['if it has some old values', BEFORE, { pendingCount: 5, failedCount: 2 }, true],
    ['but not if it has all new values', BEFORE, SENT, false],
    ['but not if one value is neither old nor new', BEFORE, { pendingCount: 1, failedCount: 9 }, false],
    ['if the old values are unknown', undefined, { pendingCount: 5, failedCount: 9 }, true],
    ['if the old values were not read', null, { pendingCount: 5, failedCount: 9 }, true],
    ['but not with all new values if the old ones are unknown', undefined, SENT, false],
  ])('%s', (_, before, present, old) => expect(showsOld(SENT, before, present)).toBe(old));
});
