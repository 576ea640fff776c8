import { describe, expect, test } from '@jest/globals';
import { idReference, readId, readReference } from '../../src/overview/reference.ts';

const GUID = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const NAME_OR_ID = 'give a display name or an id: `graph-overview list` has both';
const FROM_LIST = 'take the id from `graph-overview list` or from the portal’s address bar';
const GUID_FORM =
  'a GUID has 8, 4, 4, 4 and 12 hexadecimal digits with hyphens between them; write id: before any other id';

/** Texts that are rejected as a reference and as an id, each with the message and the hint. */
const NEARLY_GUIDS = [
  '5a3b1c00-0b1e-4d5a-9c3e-00000000000',
  '5a3b1c000b1e4d5a9c3e000000000001',
  '5a3b1c000-b1e-4d5a-9c3e-000000000001',
  'a'.repeat(36),
  '-'.repeat(32),
].map((text) => [text, `x "${text}" is not a GUID`, GUID_FORM] as const);

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
    ...NEARLY_GUIDS,
    ['', 'x is empty', NAME_OR_ID],
    ['  ', 'x is empty', NAME_OR_ID],
    ['name:', 'x is empty', NAME_OR_ID],
    ['name: \t', 'x is empty', NAME_OR_ID],
    ['id:', 'x "" is empty', FROM_LIST],
    ['id:..', 'x ".." would change the path of the request', FROM_LIST],
    ['id: a', 'x " a" starts or ends with white space', FROM_LIST],
    ['a\ud800b', 'x "a\\ud800b" is not well-formed text', undefined],
  ])('%j is rejected', (text, message, hint) => {
    expect(() => readReference(text, 'x')).toThrow(
      expect.objectContaining({ kind: 'usage', message, details: { hint } }),
    );
  });
});

describe('an id where names are not allowed', () => {
  test.each([
    [GUID, GUID],
    [`id:${GUID}`, GUID],
    ['cfg-1', 'cfg-1'],
    ['id:cfg-1', 'cfg-1'],
    ['id:id:a', 'id:a'],
    ['aid:', 'aid:'],
    ['name:a', 'name:a'],
    // After id: a malformed GUID is accepted.
    ['id:5a3b1c000b1e4d5a9c3e000000000001', '5a3b1c000b1e4d5a9c3e000000000001'],
  ])('%j is read as %j', (text, id) => {
    expect(readId(text, 'x')).toBe(id);
  });

  test.each([
    ...NEARLY_GUIDS,
    ['', 'x "" is empty', FROM_LIST],
    ['id:', 'x "" is empty', FROM_LIST],
    ['..', 'x ".." would change the path of the request', FROM_LIST],
    ['id: a', 'x " a" starts or ends with white space', FROM_LIST],
  ])('%j is rejected', (text, message, hint) => {
    expect(() => readId(text, 'x')).toThrow(
      expect.objectContaining({ kind: 'usage', message, details: { hint } }),
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
