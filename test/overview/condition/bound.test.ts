import { describe, expect, test } from '@jest/globals';
import type { Bound } from '../../../src/overview/condition/bound.ts';
import { parseCondition } from '../../../src/overview/condition/parse.ts';

function boundOf(text: string): Bound {
  const condition = parseCondition(text);
  if (condition.kind !== 'comparison') throw new Error(`${text} is not a comparison`);
  return condition.bound;
}

const SECOND = 10_000_000n;

describe('the value of a comparison is read from', () => {
  test.each<readonly [string, Bound]>([
    ['failed gt 0', { kind: 'number', number: 0 }],
    ['failed gt 007', { kind: 'number', number: 7 }],
    ['failed gt 999999999999999', { kind: 'number', number: 999_999_999_999_999 }],
    ['failed gt 5%', { kind: 'percent', of: 5n, parts: 1n, text: '5%' }],
    ['failed gt 0.5%', { kind: 'percent', of: 5n, parts: 10n, text: '0.5%' }],
    ['failed gt 12.345678%', { kind: 'percent', of: 12_345_678n, parts: 1_000_000n, text: '12.345678%' }],
    ['failed gt 999999%', { kind: 'percent', of: 999_999n, parts: 1n, text: '999999%' }],
    ['last-update gt now', { kind: 'age', ticks: 0n }],
    ['last-update gt -1s', { kind: 'age', ticks: SECOND }],
    ['last-update gt -2m', { kind: 'age', ticks: 120n * SECOND }],
    ['last-update gt -3h', { kind: 'age', ticks: 10_800n * SECOND }],
    ['last-update gt -4d', { kind: 'age', ticks: 345_600n * SECOND }],
    ['last-update gt -5w', { kind: 'age', ticks: 3_024_000n * SECOND }],
    ['last-update gt -999999s', { kind: 'age', ticks: 999_999n * SECOND }],
    ['last-update gt 1970-01-02', { kind: 'instant', ticks: 86_400n * SECOND }],
    ['last-update gt 1970-01-01T00:00:00.0000001Z', { kind: 'instant', ticks: 1n }],
    ['overview-id eq 5%', { kind: 'text', text: '5%' }],
    ['overview-id eq "a b"', { kind: 'text', text: 'a b' }],
    ["overview-id eq ''", { kind: 'text', text: '' }],
    ['failed gt "5"', { kind: 'number', number: 5 }],
  ])('%s', (text, bound) => {
    expect(boundOf(text)).toEqual(bound);
  });
});

const COUNT = 'a whole number, or a percentage of all devices such as 5%';
const DATE = 'a date such as 2026-01-01 or 2026-01-01T12:00:00Z, or an age such as -7d, -12h or -30m';

describe('a property cannot be compared', () => {
  test.each([
    ['failed', '1000000000000000', COUNT],
    ['failed', 'x5', COUNT],
    ['failed', '5x', COUNT],
    ['failed', 'x5%', COUNT],
    ['failed', '5%x', COUNT],
    ['failed', '1000000%', COUNT],
    ['failed', '5.%', COUNT],
    ['failed', '.5%', COUNT],
    ['failed', '5.1234567%', COUNT],
    ['failed', '-7d', COUNT],
    ['configuration-version', '5%', 'a whole number'],
    ['configuration-version', 'x', 'a whole number'],
    ['last-update', '5', DATE],
    ['last-update', 'x-7d', DATE],
    ['last-update', '-7dx', DATE],
    ['last-update', '-7y', DATE],
    ['last-update', '-1000000s', DATE],
    ['last-update', '-d', DATE],
    ['last-update', 'NOW', DATE],
    ['last-update', '2026-02-30', DATE],
    ['last-update', '12026-01-01', DATE],
    ['last-update', '2026-01-01T12:00', DATE],
  ])('%s with %s', (flag, text, allowed) => {
    expect(() => parseCondition(`${flag} eq ${text}`)).toThrow(
      expect.objectContaining({
        message: `${flag} cannot be compared with ${JSON.stringify(text)}: expected ${allowed}`,
        at: flag.length + 4,
        length: text.length,
      }),
    );
  });
});

describe('a missing value is reported with the allowed values', () => {
  test.each([
    ['overview-id eq', 'expected a value after eq: a string', 14],
    ['failed>', `expected a value after gt: ${COUNT}`, 7],
    ['last-update lt )', `expected a value after lt: ${DATE}`, 15],
    ['configuration-version ge >=', 'expected a value after ge: a whole number', 25],
  ])('%s', (text, message, at) => {
    const length = Math.max(1, text.length - at);
    expect(() => parseCondition(text)).toThrow(expect.objectContaining({ message, at, length }));
  });
});
