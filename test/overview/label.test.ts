import { expect, test } from '@jest/globals';
import { labelOf } from '../../src/overview/label.ts';

test.each([
  ['Wi-Fi Berlin', 'Wi-Fi Berlin (cfg-1)'],
  ['', 'cfg-1'],
  [null, 'cfg-1'],
  [undefined, 'cfg-1'],
])('the label of the configuration cfg-1 with the display name %j: %s', (displayName, label) => {
  expect(labelOf('cfg-1', displayName)).toBe(label);
});
