import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { OUTPUT_OPTIONS } from '../../src/commands/options/shared-options.ts';
import { serve } from '../../src/commands/serve/index.ts';

const PAGE = readFileSync(new URL('../../docs/mock-graph.md', import.meta.url), 'utf8');

describe('the page of the mock Graph', () => {
  const options = serve.options.filter(({ flags }) => !OUTPUT_OPTIONS.some((one) => one.flags === flags));

  test.each(options.map(({ flags }) => flags.split(' ')[0] ?? ''))('describes %s', (flag) => {
    const rows = PAGE.split('\n').filter((line) => line.startsWith('| `--'));
    expect(rows.filter((row) => row.split(' | ')[0]?.includes(`\`${flag}`))).toHaveLength(1);
  });

  test('has a row in the table of clients for each operation of the client tests', async () => {
    const { OPERATIONS } = (await import(String(new URL('../clients/operations.mjs', import.meta.url)))) as {
      readonly OPERATIONS: readonly { readonly title: string }[];
    };
    const table = PAGE.split('<!-- clients:')[1]?.split('<!-- end of clients -->')[0] ?? '';
    const titles = table
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.slice(2).split(' | ')[0]);
    expect(titles).toEqual(['operation', '---', ...OPERATIONS.map(({ title }) => title)]);
  });
});
