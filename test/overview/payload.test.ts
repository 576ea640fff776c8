import { describe, expect, test } from '@jest/globals';
import { checkValues, payloadOf, propertyNamed } from '../../src/overview/payload.ts';

test('a payload has no key for what is not written', () => {
  expect(Object.keys(payloadOf({ failedCount: 0 }))).toEqual(['@odata.type', 'failedCount']);
  expect(Object.keys(payloadOf({}))).toEqual(['@odata.type']);
});

test('what is no property of the overview is left out', () => {
  expect(payloadOf({ colour: 'red', id: 'x' })).toEqual({
    '@odata.type': '#microsoft.graph.deviceConfigurationDeviceOverview',
    id: 'x',
  });
});

test('a property is found by Graph’s name alone', () => {
  expect(propertyNamed('failedCount')).toMatchObject({ name: 'failedCount', flag: 'failed' });
  expect(propertyNamed('failed')).toBeUndefined();
});

describe('what is to be written is checked', () => {
  test('there must be something', () => {
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

  test('one that v1.0 does not have is named with where it was given', () => {
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

  test('all errors are reported together, one that no version has among them', () => {
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
