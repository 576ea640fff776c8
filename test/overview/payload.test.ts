import { describe, expect, test } from '@jest/globals';
import { checkValues, payloadOf, propertyNamed } from '../../src/overview/payload.ts';

test('a payload has only the given properties', () => {
  expect(Object.keys(payloadOf({ failedCount: 0 }))).toEqual(['@odata.type', 'failedCount']);
  expect(Object.keys(payloadOf({}))).toEqual(['@odata.type']);
});

test('a payload does not have unknown properties', () => {
  expect(payloadOf({ colour: 'red', id: 'x' })).toEqual({
    '@odata.type': '#microsoft.graph.deviceConfigurationDeviceOverview',
    id: 'x',
  });
});

test('a property is found only by its name in Graph', () => {
  expect(propertyNamed('failedCount')).toMatchObject({ name: 'failedCount', flag: 'failed' });
  expect(propertyNamed('failed')).toBeUndefined();
});

describe('checkValues', () => {
  test('requires at least one property', () => {
    expect(() => checkValues(new Map(), 'v1.0')).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: 'no property to write is given',
        details: expect.objectContaining({
          hint: 'give at least one, such as `--pending 12`, or a JSON object with `--body`',
        }),
      }),
    );
  });

  test('reports a property that v1.0 does not have with its source', () => {
    const given = new Map([
      ['failedCount', { value: 1, source: '--failed' }],
      ['conflictCount', { value: 2, source: '--body at line 1, column 2' }],
    ]);
    expect(() => checkValues(given, 'v1.0')).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: '--body at line 1, column 2: conflictCount does not exist in v1.0',
        details: expect.objectContaining({ hint: 'use `--api-version beta`' }),
      }),
    );
    expect(checkValues(given, 'beta')).toEqual({ failedCount: 1, conflictCount: 2 });
  });

  test('reports all errors together, including an unknown property', () => {
    const given = new Map([
      ['conflictCount', { value: 2, source: '--conflict' }],
      ['colour', { value: 'red', source: '--body' }],
    ]);
    expect(() => checkValues(given, 'v1.0')).toThrow(
      expect.objectContaining({
        details: {
          errors: [
            '--conflict: conflictCount does not exist in v1.0 (use `--api-version beta`)',
            '--body: colour does not exist in v1.0 (use `--api-version beta`)',
          ],
        },
      }),
    );
  });
});
