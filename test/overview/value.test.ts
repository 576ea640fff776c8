import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PropertyRow } from '../../src/catalog/properties.ts';
import { Failure } from '../../src/outcome/errors.ts';
import { instantError, instantOf } from '../../src/overview/instant.ts';
import { propertyNamed } from '../../src/overview/payload.ts';
import { allowed, readJsonValue, readValue } from '../../src/overview/value.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

function property(name: string): PropertyRow {
  const found = propertyNamed(name);
  if (found === undefined) throw new Error(`no property ${name}`);
  return found;
}

function read(name: string, text: string): number | string {
  return readValue(property(name), text, '--flag', NOW);
}

describe('counts', () => {
  test.each([
    ['0', 0],
    ['12', 12],
    ['007', 7],
    ['2147483647', 2147483647],
  ])('%s', (text, value) => {
    expect(read('pendingCount', text)).toBe(value);
  });

  test.each([
    '',
    ' 5',
    '5 ',
    '1e3',
    '-1',
    '+1',
    '2147483648',
    '1.0',
    '0x10',
    '1_000',
    '1,000',
    '٣',
    'NaN',
    '99999999999999999999',
  ])('%j is rejected with the name, the value and the allowed values', (text) => {
    expect(() => read('pendingCount', text)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: `--flag: ${JSON.stringify(text)} is not allowed; pendingCount must be a whole number from 0 to 2147483647, decimal digits only`,
        details: { value: JSON.stringify(text) },
      }),
    );
  });

  test('any text is rejected or is the number of its digits', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String)), (text) => {
        let value: number | string;
        try {
          value = read('failedCount', text);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          return;
        }
        expect(BigInt(text)).toBe(BigInt(value));
        expect(text).toMatch(/^[0-9]+$/);
        expect(value).toBeLessThanOrEqual(2147483647);
      }),
    );
  });
});

describe('dates', () => {
  test.each([
    '2016-12-31T23:59:30.086867+03:00',
    '2024-02-29T00:00:00Z',
    '2016-12-31T23:59Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.9999999-14:00',
  ])('%s is sent as written', (text) => {
    expect(read('lastUpdateDateTime', text)).toBe(text);
  });

  test('now is the time of the clock', () => {
    expect(read('lastUpdateDateTime', 'now')).toBe('2026-01-02T03:04:05.678Z');
  });

  test.each([
    ['2016-02-30T00:00:00Z', 'is not a valid date'],
    ['2023-02-29T00:00:00Z', 'is not a valid date'],
    ['0000-01-01T00:00:00Z', 'is not a valid date'],
    ['2016-13-01T00:00:00Z', 'is not a valid date'],
    ['2016-12-31', 'has no time and no offset'],
    ['2016-12-31T23:59:30', 'has no offset'],
    ['2016-12-31T24:00:00Z', 'is not a valid time of day'],
    ['2016-12-31T23:59:60Z', 'is not a valid time of day'],
    ['2016-12-31T23:59:30.12345678Z', 'has more than seven fractional digits'],
    ['2016-12-31T23:59:30+15:00', 'has an offset beyond 14:00'],
    ['2016-12-31T23:59:30+03', 'is not an ISO 8601 date and time'],
    [' 2016-12-31T23:59:30Z', 'is not an ISO 8601 date and time'],
    ['yesterday', 'is not an ISO 8601 date and time'],
  ])('%s %s', (text, fault) => {
    expect(instantError(text)).toBe(fault);
    expect(() => read('lastUpdateDateTime', text)).toThrow(fault);
  });

  test('are compared to seven fractional digits, with any offset', () => {
    expect(instantOf('2016-12-31T23:59:30.086867+03:00')).toBe(instantOf('2016-12-31T20:59:30.0868670Z'));
    expect(instantOf('2016-12-31T23:59:30.0868671Z')).not.toBe(instantOf('2016-12-31T23:59:30.086867Z'));
    expect(instantOf('1969-12-31T23:59:59.9999999Z')).toBe(-1n);
    expect(instantOf('1970-01-01T00:00:00.001Z')).toBe(10_000n);
  });

  test('are the same as with Date', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0001-01-02T00:00:00Z'),
          max: new Date('9999-12-30T00:00:00Z'),
          noInvalidDate: true,
        }),
        (date) => {
          expect(instantOf(date.toISOString())).toBe(BigInt(date.getTime()) * 10_000n);
        },
      ),
    );
  });
});

describe('strings', () => {
  test.each(['x', ' ', 'now', '007', '😀'])('%j is sent as written', (text) => {
    expect(read('id', text)).toBe(text);
  });

  test.each([
    ['', '""'],
    ['a\ud800', '"a\\ud800"'],
  ])('%j is rejected', (text, shown) => {
    expect(() => read('id', text)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: `--flag: ${shown} is not allowed; id must be a string that is not empty`,
      }),
    );
  });
});

test.each([
  ['id', 'a string that is not empty'],
  ['failedCount', 'a whole number from 0 to 2147483647, decimal digits only'],
  [
    'lastUpdateDateTime',
    'ISO 8601 with an offset and at most seven fractional digits, such as 2016-12-31T23:59:30.086867+03:00, or now',
  ],
])('the allowed values of %s are: %s', (name, what) => {
  expect(allowed(property(name))).toBe(what);
});

describe('a value in JSON', () => {
  const readJson = (name: string, literal: string) =>
    readJsonValue(property(name), JSON.parse(literal), literal, '--body', NOW);

  test.each([
    ['failedCount', '2147483647', 2147483647],
    ['failedCount', '0', 0],
    ['lastUpdateDateTime', '"now"', '2026-01-02T03:04:05.678Z'],
    ['lastUpdateDateTime', '"2016-12-31T23:59:30+03:00"', '2016-12-31T23:59:30+03:00'],
    ['id', '"\\u0041"', 'A'],
  ])('%s: %s', (name, literal, value) => {
    expect(readJson(name, literal)).toBe(value);
  });

  test.each([
    ['failedCount', '2147483648', '2147483648'],
    ['failedCount', '"12"', '"12" (a string; remove the quotes)'],
    ['failedCount', '"x"', '"x"'],
    ['failedCount', '[12]', '[12]'],
    ['failedCount', 'true', 'true'],
    ['id', '5', '5'],
    ['id', '["x"]', '["x"]'],
    ['id', '""', '""'],
    ['lastUpdateDateTime', 'null', 'null'],
  ])('%s cannot be %s', (name, literal, shown) => {
    expect(() => readJson(name, literal)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: `--body: ${shown} is not allowed; ${name} must be ${allowed(property(name))}`,
      }),
    );
  });

  test('is shown up to 80 characters in the error', () => {
    const digits = '9'.repeat(80);
    expect(() => readJson('failedCount', digits)).toThrow(`--body: ${digits} is not allowed`);
    expect(() => readJson('failedCount', `${digits}1`)).toThrow(`--body: ${digits}… is not allowed`);
  });
});

test('a date is rejected with the reason, and with the allowed values', () => {
  expect(() => read('lastUpdateDateTime', '2016-12-31')).toThrow(
    expect.objectContaining({
      message:
        '--flag: "2016-12-31" has no time and no offset; lastUpdateDateTime must be ISO 8601 with an offset and at most seven fractional digits, such as 2016-12-31T23:59:30.086867+03:00, or now',
    }),
  );
});
