import { expect, test } from '@jest/globals';
import { membersOf } from '../../src/bulk/json-members.ts';

test.each<[string, [string, string][]]>([
  ['{}', []],
  [' { } ', []],
  ['{"a":1}', [['a', '1']]],
  [
    '{ "a" : 1e3 , "b" : "x,}\\"y" }',
    [
      ['a', '1e3'],
      ['b', '"x,}\\"y"'],
    ],
  ],
  [
    '{"a":1,"a":2}',
    [
      ['a', '1'],
      ['a', '2'],
    ],
  ],
  [
    '{"a":{"b":[1,{"c":2}]},"d":[]}',
    [
      ['a', '{"b":[1,{"c":2}]}'],
      ['d', '[]'],
    ],
  ],
  ['{"a":["b","c"]}', [['a', '["b","c"]']]],
  ['{"\\u0061\\"":null}', [['a"', 'null']]],
  ['{"":true}', [['', 'true']]],
  [
    '{"a":"b","c":"d"}',
    [
      ['a', '"b"'],
      ['c', '"d"'],
    ],
  ],
  ['{\n\t"a":\n-1.5E-3\n}\n', [['a', '-1.5E-3']]],
  ['{"a\\\\":"\\\\"}', [['a\\', '"\\\\"']]],
])('the members of %s', (json, members) => {
  JSON.parse(json);
  expect([...membersOf(json)].map(({ name, literal }) => [name, literal])).toEqual(members);
});
