import { describe, expect, test } from '@jest/globals';
import { ageText, whatText } from '../../src/runs/run-text.ts';

describe('a run is described', () => {
  const RUN = '20260102-030405-67891c0f';

  test.each<[string, string | null, string | null, string | null | undefined, string]>([
    ['apply', 'rows.csv', null, undefined, 'apply of rows.csv'],
    ['apply', '-', null, null, 'apply of standard input'],
    ['apply', null, null, null, 'apply'],
    ['undo', null, RUN, null, `undo of ${RUN}`],
    ['patch', '5a3b', null, null, 'patch of 5a3b'],
    ['patch', '5a3b', null, 'Always On VPN', 'patch of Always On VPN (5a3b)'],
  ])('%s of %j, undoing %j, with the name %j: %s', (command, source, undoes, name, text) => {
    expect(whatText({ command, source, undoes }, name)).toBe(text);
  });
});

describe('an age', () => {
  test.each([
    [-5_000, 'just now'],
    [999, 'just now'],
    [1_000, '1 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_599_999, '59 min ago'],
    [3_600_000, '1 h ago'],
    [86_399_999, '23 h ago'],
    [86_400_000, '1 d ago'],
    [400 * 86_400_000, '400 d ago'],
  ])('of %i ms is %s', (age, text) => {
    expect(ageText(age)).toBe(text);
  });
});
