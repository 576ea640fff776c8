import { describe, expect, test } from '@jest/globals';
import { idReference, readReference } from '../../src/overview/reference.ts';

const GUID = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';

describe('a reference', () => {
  test.each([
    [GUID, { kind: 'id', id: GUID }],
    [GUID.toUpperCase(), { kind: 'id', id: GUID.toUpperCase() }],
    ['id:cfg-1', { kind: 'id', id: 'cfg-1' }],
    [`id:${GUID}`, { kind: 'id', id: GUID }],
    // After id: a malformed GUID is accepted.
    ['id:5a3b1c000b1e4d5a9c3e000000000001', { kind: 'id', id: '5a3b1c000b1e4d5a9c3e000000000001' }],
    ['id:id:a', { kind: 'id', id: 'id:a' }],
    ['id:a/b', { kind: 'id', id: 'a/b' }],
    ['name:Always On VPN', { kind: 'name', name: 'Always On VPN', whole: true }],
    ['name:id:a', { kind: 'name', name: 'id:a', whole: true }],
    [`name:${GUID}`, { kind: 'name', name: GUID, whole: true }],
    [
      'name:5a3b1c000b1e4d5a9c3e000000000001',
      { kind: 'name', name: '5a3b1c000b1e4d5a9c3e000000000001', whole: true },
    ],
    ['Always On VPN', { kind: 'name', name: 'Always On VPN', whole: false }],
    ['cfg-1', { kind: 'name', name: 'cfg-1', whole: false }],
    [' Gerät ', { kind: 'name', name: ' Gerät ', whole: false }],
    ['..', { kind: 'name', name: '..', whole: false }],
    ['ID:a', { kind: 'name', name: 'ID:a', whole: false }],
    // 31 characters, or one that is not a hexadecimal digit, can be a name.
    [
      '5a3b1c00-0b1e-4d5a-9c3e-0000000',
      { kind: 'name', name: '5a3b1c00-0b1e-4d5a-9c3e-0000000', whole: false },
    ],
    [
      '5a3b1c00-0b1e-4d5a-9c3e-00000000000g',
      { kind: 'name', name: '5a3b1c00-0b1e-4d5a-9c3e-00000000000g', whole: false },
    ],
    [`${GUID}0`, { kind: 'name', name: `${GUID}0`, whole: false }],
  ])('%j is read', (text, reference) => {
    expect(readReference(text, 'deviceConfigurationId')).toEqual(reference);
  });

  test.each([
    [
      '5a3b1c00-0b1e-4d5a-9c3e-00000000000',
      'deviceConfigurationId "5a3b1c00-0b1e-4d5a-9c3e-00000000000" is not a GUID',
    ],
    [
      '5a3b1c000b1e4d5a9c3e000000000001',
      'deviceConfigurationId "5a3b1c000b1e4d5a9c3e000000000001" is not a GUID',
    ],
    [
      '5a3b1c000-b1e-4d5a-9c3e-000000000001',
      'deviceConfigurationId "5a3b1c000-b1e-4d5a-9c3e-000000000001" is not a GUID',
    ],
    ['a'.repeat(36), `deviceConfigurationId "${'a'.repeat(36)}" is not a GUID`],
    ['-'.repeat(32), `deviceConfigurationId "${'-'.repeat(32)}" is not a GUID`],
    ['', 'deviceConfigurationId is empty'],
    ['  ', 'deviceConfigurationId is empty'],
    ['name:', 'deviceConfigurationId is empty'],
    ['name: \t', 'deviceConfigurationId is empty'],
    ['id:', 'deviceConfigurationId "" is empty'],
    ['id:..', 'deviceConfigurationId ".." would change the path of the request'],
    ['id: a', 'deviceConfigurationId " a" starts or ends with white space'],
    ['a\ud800b', 'deviceConfigurationId "a\\ud800b" is not well-formed text'],
  ])('%j is rejected', (text, message) => {
    expect(() => readReference(text, 'deviceConfigurationId')).toThrow(
      expect.objectContaining({ kind: 'usage', message }),
    );
  });
});

test.each([
  [GUID, GUID],
  ['a', 'id:a'],
  ['5a3b1c000b1e4d5a9c3e000000000001', 'id:5a3b1c000b1e4d5a9c3e000000000001'],
  ['id:a', 'id:id:a'],
])('the id %j is written in a command line as %j', (id, reference) => {
  expect(idReference(id)).toBe(reference);
  expect(readReference(reference, 'x')).toEqual({ kind: 'id', id });
});
