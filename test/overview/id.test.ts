import { describe, expect, test } from '@jest/globals';
import { checkId, escapeSegment, idError, isGuid } from '../../src/overview/id.ts';

describe('an id is rejected if it is', () => {
  test.each([
    ['', 'is empty'],
    [' x', 'starts or ends with white space'],
    ['x\n', 'starts or ends with white space'],
    ['\u00a0x', 'starts or ends with white space'],
    ['.', 'would change the path of the request'],
    ['..', 'would change the path of the request'],
    ['a\u0000b', 'contains a control character'],
    ['a\u001fb', 'contains a control character'],
    ['a\u007fb', 'contains a control character'],
    ['a\u009fb', 'contains a control character'],
    ['a\ud800b', 'is not well-formed text'],
  ])('%j, as it %s', (id, fault) => {
    expect(idError(id)).toBe(fault);
    expect(() => checkId(id, 'deviceConfigurationId')).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: `deviceConfigurationId ${JSON.stringify(id)} ${fault}`,
        details: { hint: 'take the id from `graph-overview list` or from the portal’s address bar' },
      }),
    );
  });
});

describe('an id is escaped as one segment of the path', () => {
  test.each([
    ['5a3b1c00-0b1e-4d5a-9c3e-000000000002', '5a3b1c00-0b1e-4d5a-9c3e-000000000002'],
    ['a/b', 'a%2Fb'],
    ['100%', '100%25'],
    ['...', '...'],
    ['.a', '.a'],
    ['a b', 'a%20b'],
    ['a~b', 'a~b'],
    ['a\u00a0b', 'a%C2%A0b'],
    ['😀', '%F0%9F%98%80'],
  ])('%s', (id, segment) => {
    expect(checkId(id, 'x')).toBe(id);
    expect(escapeSegment(id)).toBe(segment);
  });
});

test.each([
  ['5a3b1c00-0b1e-4d5a-9c3e-000000000002', true],
  ['5A3B1C00-0B1E-4D5A-9C3E-000000000002', true],
  ['ffffffff-ffff-ffff-ffff-ffffffffffff', true],
  ['', false],
  ['x5a3b1c00-0b1e-4d5a-9c3e-000000000002', false],
  ['5a3b1c00-0b1e-4d5a-9c3e-000000000002x', false],
  ['5a3b1c00-0b1e-4d5a-9c3e-00000000000', false],
  ['5a3b1c0-0b1e-4d5a-9c3e-000000000002', false],
  ['5a3b1c00-0b1-4d5a-9c3e-000000000002', false],
  ['5a3b1c00-0b1e-4d5a-000000000002', false],
  ['5a3b1c000b1e4d5a9c3e000000000002', false],
  ['ga3b1c00-0b1e-4d5a-9c3e-000000000002', false],
  ['5a3b1c00-0g1e-4d5a-9c3e-000000000002', false],
  ['5a3b1c00-0b1e-4d5a-9c3e-00000000000g', false],
])('%j is a GUID: %s', (id, expected) => {
  expect(isGuid(id)).toBe(expected);
});
