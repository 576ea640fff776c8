import { describe, expect, test } from '@jest/globals';
import type { Block, Flat, Result } from '../../src/outcome/result.ts';
import { present } from '../../src/present/index.ts';
import { configurationsView } from '../../src/present/views/configurations.ts';
import { runMain } from '../support/run-main.ts';
import { ZEROS } from '../support/zeros.ts';
import { captured } from './captured.ts';

const TABLE: Block = { kind: 'table', columns: [{ title: 'Short' }], rows: [[{ text: 'x' }]] };

async function show(result: Result, columns = 40): Promise<string[]> {
  const { out, text } = captured(columns);
  await present(result, { format: 'wide', query: undefined, color: false, width: columns }, out);
  return text().split('\n').slice(0, -1);
}

function resultOf(data: unknown, columns: readonly string[], view: readonly Block[] = [TABLE]): Result {
  const flat: Flat = { columns, row: (record) => record as Record<string, unknown> };
  return { data: { value: data }, view: () => view, flat };
}

describe('wide', () => {
  test('has every column of list, at any width of the terminal', async () => {
    const { code, stdout } = await runMain(
      ['list', '--local', '--name', 'Update ring*', '--sort', 'name', '-o', 'wide', '--no-color'],
      { columns: 50 },
    );
    expect(code).toBe(0);
    const [titles, rule, one, other, summary, ...rest] = stdout.split('\n');
    expect(titles?.split(/ {2,}/)).toEqual([
      ...['Name', 'Id', 'Type', 'Via', 'Devices', 'Pending', 'N/A', 'N/A platf.', 'Success', 'Error'],
      ...['Failed', 'Conflict', 'Last update', 'Version', 'Overview id'],
    ]);
    expect(rule).toMatch(/^─{200,}$/);
    expect(one?.split(/ {2,}/)).toEqual([
      ...['Update ring 1 – Pilot 🚀', '5a3b1c00-0b1e-4d5a-9c3e-000000000011'],
      ...['windowsUpdateForBusinessConfiguration', 'direct', '100', '4', '0', '0', '96', '0', '0', '0'],
      ...['2024-07-18T02:05:09Z', '4', '5a3b1c00-0b1e-4d5a-9c3e-000000000011'],
    ]);
    expect(other).toContain('  48,012    5,120  ');
    expect(summary).toBe('2 of 39 configurations, 48,112 device states');
    expect(rest).toEqual(['']);
  });

  test('has the reason why a record could not be read', async () => {
    const records = [
      {
        deviceConfigurationId: 'a',
        displayName: 'One',
        '@odata.type': null,
        overview: { ...ZEROS, failedCount: 1200 },
      },
      {
        deviceConfigurationId: 'b',
        displayName: null,
        '@odata.type': null,
        error: { message: 'status 500' },
      },
    ];
    const flat: Flat = {
      columns: ['deviceConfigurationId', 'displayName', 'failedCount'],
      row: (record) => ({ ...(record as object), ...(record as { overview?: object }).overview }),
    };
    const view: Result['view'] = (data, room) => configurationsView(data as typeof records, room);
    expect(await show({ data: { value: records }, view, flat })).toEqual([
      'Name  Id  Devices  Failed  Message',
      '─────────────────────────────────────',
      'One   a     1,200   1,200  –',
      '–     b         –       –  status 500',
      '2 configurations, 1,200 device states',
    ]);
  });

  test('has readable values, and column titles from the names of members', async () => {
    const record = {
      apiVersions: ['beta', 'v1.0'],
      certificateId: false,
      throttled: 12_000,
      'error.kind': '',
    };
    expect(await show(resultOf([record], Object.keys(record)), 20)).toEqual([
      'API versions  Certificate id  Throttled  Error kind',
      '───────────────────────────────────────────────────',
      'beta, v1.0    no                 12,000  –',
    ]);
  });

  test('shows a view that is not one list unchanged and without truncation', async () => {
    const long: Block = { kind: 'table', columns: [{ title: 'Text' }], rows: [[{ text: 'x'.repeat(99) }]] };
    const drawn = ['Text', '─'.repeat(99), 'x'.repeat(99)];
    expect(await show(resultOf({ a: 1 }, ['a'], [long]))).toEqual(drawn);
    expect(await show(resultOf([{ a: 1 }], ['a'], [long, TABLE]))).toEqual([
      ...drawn,
      '',
      'Short',
      '─────',
      'x',
    ]);
    expect(await show(resultOf([], ['a'], [{ kind: 'line', cells: [{ text: 'none' }] }]))).toEqual(['none']);
  });

  test('shows a live result as in table', async () => {
    async function* steps() {
      yield [[{ text: 'time' }, { text: 'x'.repeat(60) }]];
    }
    const live = { steps: steps(), picture: () => [], stop: () => undefined };
    expect(await show({ ...resultOf([], ['a']), live })).toEqual([`time ${'x'.repeat(60)}`]);
  });
});
