import { expect, test } from '@jest/globals';
import { readCondition } from '../../../src/overview/condition/index.ts';

test('an error is shown with its position and an example of a condition', () => {
  expect(() => readCondition('failed\tgt\nfive and error gt 0', '--where')).toThrow(
    expect.objectContaining({
      kind: 'usage',
      message: [
        '--where: failed cannot be compared with "five": expected a whole number, or a percentage of all devices such as 5%',
        '  failed gt five and error gt 0',
        '            ^^^^',
      ].join('\n'),
      details: { hint: 'write a condition such as "failed gt 5% and last-update lt -7d"', listed: true },
    }),
  );
});
