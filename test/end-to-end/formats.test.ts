import { describe, expect, test } from '@jest/globals';
import { FORMATS } from '../../src/present/format.ts';
import { runBinary } from '../support/binary.ts';

/** The beginning of `routes` in each format. Each format is in its own chunk of the bundle. */
const BEGINNINGS: Readonly<Record<string, string>> = {
  table: '--via ',
  wide: 'Name  ',
  json: '[\n  {\n    "name": "direct",',
  jsonl: '{"name":"direct",',
  csv: 'name,path,',
  tsv: 'name\tpath\t',
  yaml: '- name: direct\n',
  markdown: '| --via | ',
  none: '',
};

describe('the built program', () => {
  test.each(FORMATS)('prints %s', async (format) => {
    const { code, stdout, stderr } = await runBinary(['routes', '-o', format]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.startsWith(BEGINNINGS[format] ?? 'no such format')).toBe(true);
    expect(stdout === '').toBe(format === 'none');
  });

  test('aligns a table with recent emoji', async () => {
    const query = "[?name=='direct'].{a: '🫨🫨', b: name} | [].[@, {a: 'four', b: @.b}] | []";
    const { code, stdout } = await runBinary(['routes', '--query', query]);
    expect([code, stdout]).toEqual([0, 'a     b\n────────────\n🫨🫨  direct\nfour  direct\n']);
  });

  test.each([
    [
      'a pattern',
      ['list', '--local', '--name', 'Windows*', '-o', 'tsv', '--query', '[].displayName'],
      /^Windows/,
    ],
    ['a query', ['routes', '--query', 'length(@)', '-o', 'json'], /^\d+\n$/],
    ['colour', ['routes', '--color', 'always'], /\u001b\[/],
    ['a body', ['patch', 'id:a', '--body', '-', '--dry-run', '--local', '-o', 'json'], /"pendingCount": ?1/],
    ['rows', ['apply', '-', '--dry-run', '--local', '-o', 'json', '--query', 'length(rows)'], /^1\n$/],
  ])('accepts %s', async (what, args, shown) => {
    const input =
      what === 'rows'
        ? 'deviceConfigurationId,pending\n5a3b1c00-0b1e-4d5a-9c3e-000000000001,1\n'
        : '{"pendingCount":1}';
    const { code, stdout, stderr } = await runBinary(args, { input });
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
    expect(stdout).toMatch(shown);
  });
});
