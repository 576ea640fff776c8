import { describe, expect, test } from '@jest/globals';
import { changedProperties, mismatches, returnsAll, sameValue } from '../../src/overview/difference.ts';
import { checkValues, payloadOf } from '../../src/overview/payload.ts';

describe('payloadOf', () => {
  test('has the type first and the properties in the order of the reference', () => {
    const values = {
      configurationVersion: 4,
      lastUpdateDateTime: '2016-12-31T23:59:30.086867+03:00',
      conflictCount: 13,
      pendingCount: 12,
      id: 'x',
    };
    expect(JSON.stringify(payloadOf(values))).toBe(
      '{"@odata.type":"#microsoft.graph.deviceConfigurationDeviceOverview","id":"x","pendingCount":12,' +
        '"conflictCount":13,"lastUpdateDateTime":"2016-12-31T23:59:30.086867+03:00","configurationVersion":4}',
    );
  });
});

describe('checkValues', () => {
  const given = (name: string) => new Map([[name, { value: 1, source: `--${name}` }]]);

  test('needs at least one property', () => {
    expect(() => checkValues(new Map(), 'beta')).toThrow('no property to write is given');
  });

  test.each(['conflictCount', 'notApplicablePlatformCount'])('rejects %s by its name in v1.0', (name) => {
    expect(() => checkValues(given(name), 'v1.0')).toThrow(`${name} does not exist in v1.0`);
    expect(checkValues(given(name), 'beta')).toEqual({ [name]: 1 });
  });
});

describe('mismatches', () => {
  const values = { pendingCount: 12, lastUpdateDateTime: '2016-12-31T23:59:30.086867+03:00' };

  test('has none for the same date in another notation', () => {
    const overview = { pendingCount: 12, lastUpdateDateTime: '2016-12-31T20:59:30.0868670Z', failedCount: 3 };
    expect(mismatches(values, overview)).toEqual([]);
    expect(returnsAll(values, overview)).toBe(true);
  });

  test('has a number that was not stored, and a missing property', () => {
    expect(mismatches(values, { pendingCount: 7 })).toEqual([
      { name: 'pendingCount', sent: 12, held: 7 },
      { name: 'lastUpdateDateTime', sent: '2016-12-31T23:59:30.086867+03:00', held: undefined },
    ]);
    expect(returnsAll(values, { pendingCount: 7 })).toBe(false);
  });

  test('distinguishes a number from a string', () => {
    expect(mismatches({ pendingCount: 12 }, { pendingCount: '12' })).toHaveLength(1);
  });
});

test('changedProperties has the names of the properties that differ, in order', () => {
  const before = { failedCount: 1, pendingCount: 2, lastUpdateDateTime: '2020-01-01T00:00:00Z', extra: 1 };
  const after = {
    failedCount: 2,
    pendingCount: 3,
    lastUpdateDateTime: '2020-01-01T01:00:00+01:00',
    extra: 2,
  };
  expect(changedProperties(before, after)).toEqual(['pendingCount', 'failedCount']);
});

describe('sameValue', () => {
  const UTC = '2020-01-01T00:00:00Z';
  const EAST = '2020-01-01T01:00:00+01:00';

  test.each([
    ['lastUpdateDateTime', UTC, EAST, true],
    ['lastUpdateDateTime', UTC, '2020-01-01T00:00:00.0000000Z', true],
    ['lastUpdateDateTime', UTC, '2020-01-01T00:00:00.0000001Z', false],
    ['lastUpdateDateTime', UTC, 'soon', false],
    ['lastUpdateDateTime', 'soon', UTC, false],
    ['lastUpdateDateTime', 'soon', 'soon', true],
    ['lastUpdateDateTime', 'soon', 'later', false],
    ['lastUpdateDateTime', UTC, undefined, false],
    ['lastUpdateDateTime', undefined, UTC, false],
    ['lastUpdateDateTime', [EAST], UTC, false],
    ['lastUpdateDateTime', UTC, [EAST], false],
    ['id', UTC, EAST, false],
    ['id', UTC, UTC, true],
    ['id', undefined, undefined, true],
    ['failedCount', 0, undefined, false],
    ['failedCount', 0, null, false],
  ])('%s: %j and %j: %s', (name, one, other, same) => {
    expect(sameValue(name, one, other)).toBe(same);
  });
});
