import { describe, expect, test } from '@jest/globals';
import { runMain } from '../support/run-main.ts';

const list = (...args: string[]) =>
  runMain(['list', '--local', '--name', 'Always On VPN', '--no-color', ...args]);

/** The cells of each line. */
const cells = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));

describe('list --columns', () => {
  test('sets the columns of the table, by the names of --sort or of csv, in any letter case', async () => {
    const run = await list('--columns', 'failed,Name,SUCCESSCOUNT,devices,configuration-version');
    expect(cells(run.stdout).toSpliced(1, 1)).toEqual([
      ['Failed', 'Name', 'Success', 'Devices', 'Version'],
      ['19', 'Always On VPN', '4,102', '4,362', '5'],
      ['1 of 39 configurations, 4,362 device states'],
    ]);
  });

  test('sets the columns of wide', async () => {
    const run = await list('--columns', 'id, type', '-o', 'wide');
    expect(cells(run.stdout)[0]).toEqual(['Id', 'Type']);
    expect(cells(run.stdout)[2]).toEqual([
      '5a3b1c00-0b1e-4d5a-9c3e-00000000000b',
      'windows10VpnConfiguration',
    ]);
  });

  test('sets the columns of csv and tsv, which have their own names; apply ignores the devices', async () => {
    const columns = ['--columns', 'id,name,failed,overview-id,devices'];
    expect((await list(...columns, '-o', 'csv')).stdout).toBe(
      'deviceConfigurationId,displayName,failedCount,overviewId,_devices\n' +
        '5a3b1c00-0b1e-4d5a-9c3e-00000000000b,Always On VPN,19,5a3b1c00-0b1e-4d5a-9c3e-00000000000b,4362\n',
    );
    expect((await list('--columns', 'pending', '-o', 'tsv')).stdout).toBe('pendingCount\n120\n');
  });

  test('writes a csv file that apply accepts', async () => {
    const { stdout } = await list('--columns', 'id,name,failed,devices', '-o', 'csv');
    const run = await runMain(['apply', '-', '--dry-run', '--local', '-o', 'json'], { input: stdout });
    expect(JSON.parse(run.stdout)).toMatchObject({ planned: 0, unchanged: 1 });
  });

  test('sets the columns of markdown', async () => {
    expect((await list('--columns', 'name,failed', '-o', 'markdown')).stdout).toMatch(
      /^\| Name \| Failed \|\n\| --- \| ---: \|\n\| Always On VPN \| 19 \|\n/,
    );
  });

  test.each([
    [['name,faild'], '--columns: "faild" is not a column\nhint: did you mean failed?'],
    [[''], '--columns: "" is not a column'],
    [['name', '-o', 'json'], '--columns: json has whole records, not columns'],
    [['name,bar', '-o', 'csv'], '--columns: bar is available only in tables'],
    [['name', '--query', '[]'], '--columns and --query cannot be used together'],
  ])('%j is rejected', async (args, message) => {
    const run = await list('--columns', ...args);
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(message);
  });
});
