import { describe, expect, test } from '@jest/globals';
import { instantError, instantOf } from '../../src/overview/instant.ts';

describe('the offset of a date', () => {
  test.each([
    ['2016-12-31T12:00:00-03:00', '2016-12-31T15:00:00Z'],
    ['2016-12-31T12:00:00+03:30', '2016-12-31T08:30:00Z'],
    ['2016-12-31T12:00:00-03:30', '2016-12-31T15:30:00Z'],
    ['2016-12-31T12:00:00+05:59', '2016-12-31T06:01:00Z'],
    ['2016-12-31T12:00:00+14:00', '2016-12-30T22:00:00Z'],
    ['2016-12-31T12:00:00-00:00', '2016-12-31T12:00:00Z'],
    ['2016-12-31T12:00+00:01', '2016-12-31T11:59:00Z'],
  ])('%s is equal to %s', (text, utc) => {
    expect(instantOf(text)).toBe(instantOf(utc));
    expect(instantOf(text)).toBe(BigInt(Date.parse(utc)) * 10_000n);
    expect(instantError(text)).toBeUndefined();
  });
});

describe('the range of each part', () => {
  test.each([
    '2016-12-31T23:59:59Z',
    '2016-01-01T00:00:00Z',
    '2016-04-30T12:00:00Z',
    '2000-02-29T12:00:00Z',
    '2016-12-31T12:00:00-14:00',
    '2016-12-31T12:00:00.1234567Z',
    '2016-12-31T12:00:00.1Z',
  ])('%s is a date and time', (text) => {
    expect(instantError(text)).toBeUndefined();
    expect(instantOf(text)).toEqual(expect.any(BigInt));
  });

  test.each([
    ['2016-00-01T12:00:00Z', 'is not a valid date'],
    ['2016-12-00T12:00:00Z', 'is not a valid date'],
    ['2016-12-32T12:00:00Z', 'is not a valid date'],
    ['2016-04-31T12:00:00Z', 'is not a valid date'],
    ['2016-01-99T12:00:00Z', 'is not a valid date'],
    ['1900-02-29T12:00:00Z', 'is not a valid date'],
    ['2016-12-31T24:00:00Z', 'is not a valid time of day'],
    ['2016-12-31T23:60:00Z', 'is not a valid time of day'],
    ['2016-12-31T23:59:60Z', 'is not a valid time of day'],
    ['2016-12-31T12:00:00+14:01', 'has an offset beyond 14:00'],
    ['2016-12-31T12:00:00-14:01', 'has an offset beyond 14:00'],
    ['2016-12-31T12:00:00+03:60', 'has an offset beyond 14:00'],
    ['2016-12-31T12:00:00+00:99', 'has an offset beyond 14:00'],
  ])('%s %s', (text, fault) => {
    expect(instantError(text)).toBe(fault);
    expect(instantOf(text)).toBeUndefined();
  });
});

describe('a date that is incomplete or invalid', () => {
  test.each([
    ['2016-12-31', 'has no time and no offset'],
    ['2016-12-31T23:59', 'has no offset'],
    ['2016-12-31 23:59', 'has no offset'],
    ['2016-12-31 23:59:30', 'has no offset'],
    ['2016-12-31T23:59:30.12', 'has no offset'],
    ['2016-12-31T23:59:30.123456789', 'has no offset'],
    ['2016-12-31T23:59:30.12345678Z', 'has more than seven fractional digits'],
    ['x2016-12-31', 'is not an ISO 8601 date and time'],
    ['2016-12-31x', 'is not an ISO 8601 date and time'],
    ['x2016-12-31T23:59', 'is not an ISO 8601 date and time'],
    ['2016-12-31T23:59:30.', 'is not an ISO 8601 date and time'],
    ['2016-12-31T23:59:30.Z', 'is not an ISO 8601 date and time'],
    ['2016-12-31T23:59:30.xyz', 'is not an ISO 8601 date and time'],
    ['2016-12-31T23:59:30.1234567 Z', 'is not an ISO 8601 date and time'],
    ['2016-12-31T23:59:30Zx', 'is not an ISO 8601 date and time'],
    ['2016-12-31T23:59:30+03:00x', 'is not an ISO 8601 date and time'],
    ['x2016-12-31T23:59:30Z', 'is not an ISO 8601 date and time'],
    ['2016-12-31 23:59:30Z', 'is not an ISO 8601 date and time'],
    ['2016-12-31t23:59:30z', 'is not an ISO 8601 date and time'],
    ['', 'is not an ISO 8601 date and time'],
  ])('%j %s', (text, fault) => {
    expect(instantError(text)).toBe(fault);
  });
});
