import { expect, test } from '@jest/globals';
import { isDeviceName } from '../../src/state/device-name.ts';

test.each([
  ['NUL', true],
  ['con', true],
  ['C:\\logs\\aux.txt', true],
  ['logs/COM1', true],
  ['C:nul', true],
  ['\\\\.\\nul', true],
  ['lpt\u00b9.csv', true],
  ['con ', true],
  ['console.csv', false],
  ['C:\\con\\rows.csv', false],
  ['com10', false],
  ['my nul', false],
])('%j is a device on Windows: %s', (path, device) => {
  expect(isDeviceName(path, 'win32')).toBe(device);
});

test('on other systems these are normal names', () => {
  expect(isDeviceName('nul', 'linux')).toBe(false);
});
