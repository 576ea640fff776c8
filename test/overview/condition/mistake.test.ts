import { expect, test } from '@jest/globals';
import { readCondition } from '../../../src/overview/condition/index.ts';

test('a mistake is shown as a person sees it, with what a condition looks like', () => {
  expect(() => readCondition('failed\tgt\nfive and error gt 0', '--where')).toThrow(
    expect.objectContaining({
      kind: 'usage',
      message: [
        '--where: "five" is nothing to compare failed with: a whole number, or a share of all devices such as 5%',
        '  failed gt five and error gt 0',
        '            ^^^^',
      ].join('\n'),
      details: { hint: 'write a condition such as "failed gt 5% and last-update lt -7d"', listed: true },
    }),
  );
});
