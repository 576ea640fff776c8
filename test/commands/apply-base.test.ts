import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { request } from '../emulator/request.ts';
import { type Run, runMain, stateFolder } from '../support/run-main.ts';

const clock = { now: () => Date.UTC(2026, 0, 2), sleep: async () => undefined };
const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const WIFI = '5a3b1c00-0b1e-4d5a-9c3e-000000000002';

const open: Emulator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function mock(): Promise<Emulator> {
  const started = await startEmulator({ clock });
  open.push(started);
  return started;
}

function fileOf(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'graph-overview-base-')), 'file');
  writeFileSync(path, text);
  return path;
}

const pathOf = (id: string): string =>
  `/beta/deviceManagement/deviceConfigurations/${id}/deviceStatusOverview`;

async function overviewAt(server: Emulator, id: string): Promise<Record<string, unknown>> {
  return (await request(server, 'GET', pathOf(id))).json;
}

async function list(server: Emulator, ...args: string[]): Promise<string> {
  const run = await runMain(['list', '--endpoint', server.url, ...args]);
  expect([run.code, run.stderr]).toEqual([0, '']);
  return run.stdout;
}

function apply(server: Emulator, file: string, ...args: string[]): Promise<Run> {
  const env = { GRAPH_OVERVIEW_STATE: stateFolder() };
  return runMain(['apply', file, '--endpoint', server.url, '-o', 'json', ...args], { env });
}

describe('apply --base', () => {
  test('writes only edited cells, and does not revert newer values of other clients', async () => {
    const server = await mock();
    const exported = await list(server, '-o', 'csv');
    await request(server, 'PATCH', pathOf(A), {
      pendingCount: 999,
      lastUpdateDateTime: '2026-01-01T00:00:00Z',
    });
    // In the first row, 31 errors become 5.
    const edited = exported.replace(',4811,31,7,', ',4811,5,7,');
    expect(edited).not.toBe(exported);
    const run = await apply(server, fileOf(edited), '--base', fileOf(exported), '--yes');
    expect(run.code).toBe(0);
    const { rows, ...counts } = JSON.parse(run.stdout);
    expect(counts).toMatchObject({ planned: 1, written: 1, skipped: 38, failed: 0 });
    expect(rows[0]).toMatchObject({ line: 2, status: 'written', sent: { errorCount: 5 } });
    expect(await overviewAt(server, A)).toMatchObject({
      pendingCount: 999,
      errorCount: 5,
      lastUpdateDateTime: '2026-01-01T00:00:00Z',
    });
  });

  test('skips a row whose edited cell was changed in the tenant as well, and writes the others', async () => {
    const server = await mock();
    const base = fileOf(`deviceConfigurationId,error,failed\n${A},31,7\n${WIFI},18,4\n`);
    const file = fileOf(`deviceConfigurationId,error,failed\n${A},5,7\n${WIFI},1,4\n`);
    await request(server, 'PATCH', pathOf(A), { errorCount: 40 });
    const run = await apply(server, file, '--base', base, '--yes');
    expect(run.code).toBe(11);
    const { rows } = JSON.parse(run.stdout);
    expect(rows.find(({ line }: { line: number }) => line === 2)).toMatchObject({
      status: 'skipped',
      before: { errorCount: 40 },
      error: {
        kind: 'refused',
        message:
          'changed in the tenant since the export: errorCount was 31, is 40, and the file has 5; --force overwrites it',
      },
    });
    expect(await overviewAt(server, A)).toMatchObject({ errorCount: 40 });
    expect(await overviewAt(server, WIFI)).toMatchObject({ errorCount: 1 });
  });

  test('skips a row whose edited cell was empty in the export, if the tenant now has a value', async () => {
    const server = await mock();
    const base = fileOf(`deviceConfigurationId,error,failed\n${A},,7\n${WIFI},18,\n`);
    const file = fileOf(`deviceConfigurationId,error,failed\n${A},5,7\n${WIFI},1,\n`);
    const run = await apply(server, file, '--base', base, '--yes');
    expect(run.code).toBe(11);
    expect(JSON.parse(run.stdout)).toMatchObject({
      written: 1,
      rows: [
        {
          line: 2,
          status: 'skipped',
          error: {
            message:
              'changed in the tenant since the export: errorCount was empty, is 31, and the file has 5; --force overwrites it',
          },
        },
        { line: 3, status: 'written' },
      ],
    });
    expect(await overviewAt(server, A)).toMatchObject({ errorCount: 31 });
  });

  test('with --force, writes a row that changed in the tenant; a row that already has its new value is unchanged', async () => {
    const server = await mock();
    const base = fileOf(`deviceConfigurationId,error,failed\n${A},31,7\n${WIFI},18,4\n`);
    const file = fileOf(`deviceConfigurationId,error,failed\n${A},5,7\n${WIFI},1,4\n`);
    await request(server, 'PATCH', pathOf(A), { errorCount: 40 });
    await request(server, 'PATCH', pathOf(WIFI), { errorCount: 1 });
    const run = await apply(server, file, '--base', base, '--yes', '--force');
    expect([run.code, JSON.parse(run.stdout)]).toMatchObject([0, { written: 1, unchanged: 1 }]);
    expect(await overviewAt(server, A)).toMatchObject({ errorCount: 5 });
  });

  test.each<[string, string[], RegExp]>([
    ['a missing base', ['--base', 'no-such-file'], /^--base "no-such-file": there is no such file/],
    ['a base that is not a bulk file', ['--base', fileOf('<html></html>')], /^--base .*web page|HTML/i],
    ['--no-read', ['--base', 'x', '--no-read'], /--base is compared with the present values/],
  ])('rejects %s, and sends nothing', async (_, args, message) => {
    const server = await mock();
    const run = await apply(server, fileOf(`deviceConfigurationId,error\n${A},5\n`), ...args, '--yes');
    expect(run.code).toBe(2);
    expect(JSON.parse(run.stderr).error.message).toMatch(message);
    expect(await overviewAt(server, A)).toMatchObject({ errorCount: 31 });
  });

  test('without a base, the plan marks rows that move a date or a version backwards', async () => {
    const server = await mock();
    const file = fileOf(
      `deviceConfigurationId,last-update,configuration-version\n${A},2020-01-01T00:00:00Z,\n${WIFI},,1\n`,
    );
    const { stdout } = await runMain(['apply', file, '--endpoint', server.url, '--dry-run']);
    expect(stdout).toContain(
      '2 rows move lastUpdateDateTime or configurationVersion backwards (line 2, 3): --base <export> writes only edited cells',
    );
  });
});

describe('list --excel', () => {
  test('writes CSV with a byte-order mark and semicolons, which apply accepts', async () => {
    const server = await mock();
    const text = await list(server, '-o', 'csv', '--excel');
    expect(text.startsWith('\ufeffdeviceConfigurationId;displayName;@odata.type;via;')).toBe(true);
    const run = await apply(server, fileOf(text), '--yes');
    expect([run.code, JSON.parse(run.stdout)]).toMatchObject([0, { planned: 0, unchanged: 39 }]);
  });

  test('is rejected for other formats', async () => {
    const server = await mock();
    const run = await runMain(['list', '--excel', '-o', 'json', '--endpoint', server.url]);
    expect([run.code, JSON.parse(run.stderr).error.message]).toEqual([2, '--excel applies only to csv']);
  });
});

describe('a listing that is edited and applied', () => {
  const FORMATS = [['csv'], ['csv', '--excel'], ['json'], ['jsonl']] as const;

  test('changes only the edited cells, in every format, with and without a base, while other clients write', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FORMATS),
        fc.boolean(),
        fc.integer({ min: 100_000, max: 200_000 }),
        fc.integer({ min: 300_000, max: 400_000 }),
        async ([format, ...more], withBase, mine, theirs) => {
          const server = await mock();
          const exported = await list(server, '-o', format, ...more);
          await request(server, 'PATCH', pathOf(A), { pendingCount: theirs });
          // The success count of A; no other row has this number.
          const edited = exported.replace(/4811/, String(mine));
          const base = withBase ? ['--base', fileOf(exported)] : [];
          const run = await apply(server, fileOf(edited), ...base, '--yes');
          expect(run.code).toBe(0);
          // Without a base, the stale cell of the export overwrites the newer value.
          expect(await overviewAt(server, A)).toMatchObject({
            successCount: mine,
            pendingCount: withBase ? theirs : 212,
          });
          expect(JSON.parse(run.stdout)).toMatchObject({ planned: 1, written: 1, failed: 0 });
        },
      ),
      { numRuns: 24 },
    );
  });
});
