import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Run } from '../support/run-main.ts';
import { startLoggedTenant } from './logged-tenant.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'graph-overview-names-'));

/** Configurations of the sample tenant. */
const VPN = { id: '5a3b1c00-0b1e-4d5a-9c3e-00000000000b', name: 'Always On VPN' };
const LIBRARY = { id: '5a3b1c00-0b1e-4d5a-9c3e-000000000014', name: 'Library computers' };

let files = 0;

function file(text: string): string {
  const path = join(FOLDER, `rows-${files++}.csv`);
  writeFileSync(path, text);
  return path;
}

interface Row {
  readonly line: number;
  readonly deviceConfigurationId: string;
  readonly displayName: string | null;
  readonly status: string;
  readonly error: { readonly message: string } | null;
}

function rowsOf({ stdout }: Run): readonly Row[] {
  return JSON.parse(stdout).rows;
}

function errorOf({ stderr }: Run): { kind: string; message: string; hint: string | null; errors?: string[] } {
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
}

const written = (lines: readonly string[]) =>
  lines.filter((line) => line.startsWith('PATCH') || line.includes('PATCH'));

describe('apply, rows with a display name', () => {
  test('are written to the configurations with these names', async () => {
    const tenant = await startLoggedTenant();
    const rows = file(`displayName,pending\n${VPN.name},4711\nlibrary COMPUTERS,4712\n`);
    const run = await tenant.run(['apply', rows, '--yes', '-o', 'json']);
    expect(run.code).toBe(0);
    expect(rowsOf(run)).toMatchObject([
      { line: 2, deviceConfigurationId: VPN.id, displayName: VPN.name, status: 'written' },
      { line: 3, deviceConfigurationId: LIBRARY.id, displayName: LIBRARY.name, status: 'written' },
    ]);
  });

  test('can be mixed with rows by id, and keep the order of the file', async () => {
    const tenant = await startLoggedTenant();
    const rows = file(
      `deviceConfigurationId,displayName,pending\n,${VPN.name},4711\n${LIBRARY.id},whatever it was,4712\n`,
    );
    const run = await tenant.run(['apply', rows, '--dry-run', '-o', 'json']);
    expect(run.code).toBe(0);
    expect(rowsOf(run)).toMatchObject([
      { line: 2, deviceConfigurationId: VPN.id },
      // Next to an id, the name is ignored.
      { line: 3, deviceConfigurationId: LIBRARY.id, displayName: LIBRARY.name },
    ]);
  });

  test('can be JSON', async () => {
    const tenant = await startLoggedTenant();
    const rows = file(JSON.stringify([{ displayName: VPN.name, overview: { pendingCount: 4711 } }]));
    const run = await tenant.run(['apply', rows, '--yes', '-o', 'json']);
    expect(rowsOf(run)).toMatchObject([{ deviceConfigurationId: VPN.id, status: 'written' }]);
  });

  test('need one request for any number of names', async () => {
    const tenant = await startLoggedTenant({ configurations: 400 });
    const list = await tenant.run(['list', '-o', 'json', '--query', '[].displayName']);
    const names = new Set(JSON.parse(list.stdout) as string[]);
    const before = tenant.requests().length;
    const rows = file(`displayName,pending\n${[...names].map((name) => `"${name}",4711`).join('\n')}\n`);
    const run = await tenant.run(['apply', rows, '--dry-run', '-o', 'json']);
    expect([run.code, rowsOf(run).length]).toEqual([0, names.size]);
    const asked = tenant.requests().slice(before);
    // The names, and the overviews.
    expect(asked.map((line) => line.split('?')[1])).toEqual([
      '$select=id,displayName&$top=1000',
      '$select=id,displayName&$expand=deviceStatusOverview&$top=1000',
    ]);
  });

  test('with a single name are found with $filter', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run([
      'apply',
      file(`displayName,pending\n${VPN.name},4711\n`),
      '--dry-run',
      '-o',
      'json',
    ]);
    expect(run.code).toBe(0);
    expect(tenant.requests()).toEqual([
      expect.stringContaining('$filter=displayName%20eq%20%27Always%20On%20VPN%27'),
      expect.stringContaining(`/${VPN.id}?$select=id,displayName&$expand=deviceStatusOverview`),
    ]);
  });

  test('are written with --no-read and --no-verify', async () => {
    const tenant = await startLoggedTenant();
    const rows = file(`displayName,pending\n${VPN.name},4711\n${LIBRARY.name},4712\n`);
    const run = await tenant.run(['apply', rows, '--no-read', '--no-verify', '--yes', '-o', 'json']);
    expect(run.code).toBe(0);
    expect(rowsOf(run)).toMatchObject([{ displayName: VPN.name }, { displayName: LIBRARY.name }]);
  });
});

test.each(['csv', 'json', 'jsonl'])(
  'apply finds the same configurations by the names that list prints in %s',
  async (format) => {
    const tenant = await startLoggedTenant();
    const { stdout } = await tenant.run(['list', '-o', format, ...(format === 'csv' ? ['--excel'] : [])]);
    const ids = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;
    const withoutIds =
      format === 'csv'
        ? stdout.replaceAll(/^[0-9a-f-]{36};/gm, ';')
        : stdout.replaceAll(/"deviceConfigurationId":\s*"[^"]*"/g, '"deviceConfigurationId": null');
    const changed = withoutIds.replaceAll(/("pendingCount":\s*)\d+/g, '$12147483647');
    const listed = new Set(
      (await tenant.run(['list', '-o', 'json', '--query', '[].deviceConfigurationId'])).stdout.match(ids),
    );
    const run = await tenant.run(['apply', file(changed), '--dry-run', '-o', 'json']);
    expect(run.code).toBe(0);
    expect(new Set(rowsOf(run).map(({ deviceConfigurationId }) => deviceConfigurationId))).toEqual(listed);
  },
);

describe('names with no match or several matches', () => {
  test('are reported together, each with its line, and nothing is written', async () => {
    const tenant = await startLoggedTenant();
    const lines = [
      'displayName,pending',
      `${VPN.name},1`,
      'nobody is called so,2',
      'Always On,3',
      'Mac ? ????????,4',
    ];
    const run = await tenant.run(['apply', file(`${lines.join('\n')}\n`), '--yes', '-o', 'json']);
    expect(run.code).toBe(2);
    expect(errorOf(run)).toMatchObject({
      kind: 'usage',
      errors: [
        expect.stringMatching(/^line 3: no configuration is named "nobody is called so"/),
        expect.stringMatching(
          /^line 4: no configuration is named "Always On" \(did you mean "Always On VPN"\?/,
        ),
        expect.stringMatching(
          /^line 5: no configuration is named "Mac \? \?{8}": a code page may have damaged "Mac – 制限プロファイル" \(5a3b1c00-\S+10\) to it \(a spreadsheet/,
        ),
      ],
    });
    expect(written(tenant.requests())).toEqual([]);
  });

  test('several matches are listed with their ids', async () => {
    const twins = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
    const tenantFile = join(FOLDER, 'twins.json');
    writeFileSync(
      tenantFile,
      JSON.stringify(
        twins.map((deviceConfigurationId) => ({
          deviceConfigurationId,
          displayName: 'Twin',
          '@odata.type': '#microsoft.graph.windows10GeneralConfiguration',
          overview: { id: deviceConfigurationId, pendingCount: 1 },
        })),
      ),
    );
    const tenant = await startLoggedTenant({ tenantFile });
    const run = await tenant.run(['apply', file('displayName,pending\nTwin,5\n'), '--yes', '-o', 'json']);
    expect(run.code).toBe(2);
    expect(errorOf(run)).toMatchObject({
      message: `line 2: 2 configurations are named "Twin": "Twin" ${twins[0]}, "Twin" ${twins[1]}`,
      hint: 'name one of them by its id',
    });
  });

  test('a row by name and a row by id cannot have different values for one configuration', async () => {
    const tenant = await startLoggedTenant();
    const head = 'deviceConfigurationId,displayName,pending';
    const differing = await tenant.run([
      ...['apply', file(`${head}\n${VPN.id},,1\n,${VPN.name},2\n`), '--yes', '-o', 'json'],
    ]);
    expect([differing.code, errorOf(differing).message]).toEqual([
      2,
      'line 3: another value for the overview of line 2',
    ]);
    const same = await tenant.run([
      ...['apply', file(`${head}\n${VPN.id},,1\n,${VPN.name},1\n`), '--yes', '-o', 'json'],
    ]);
    expect(rowsOf(same).map(({ status }) => status)).toEqual(['written', 'skipped']);
  });

  test('errors in the file are reported before any request is sent', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['apply', file('displayName,pending\nnobody,x\n'), '--yes', '-o', 'json']);
    expect([run.code, tenant.requests()]).toEqual([2, []]);
  });

  test.each([
    ['deviceConfigurationId,pending\n5a3b1c00-0b1e-4d5a-9c3e-00000000000,1\n', 'is not a GUID'],
    ['deviceConfigurationId,displayName,pending\n,,1\n', 'deviceConfigurationId "" is empty'],
    ['pending\n1\n', 'the header: missing column deviceConfigurationId or displayName'],
  ])('%j is an error', async (text, message) => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['apply', file(text), '--yes', '-o', 'json']);
    expect([run.code, tenant.requests()]).toEqual([2, []]);
    expect(errorOf(run).message).toContain(message);
  });
});

describe('apply --base with names', () => {
  test('compares rows by the configurations that are found', async () => {
    const tenant = await startLoggedTenant();
    const base = file((await tenant.run(['list', '-o', 'csv'])).stdout);
    const rows = file(`displayName,pending\n${VPN.name},4711\n${LIBRARY.name},4712\n`);
    const run = await tenant.run(['apply', rows, '--base', base, '--dry-run', '-o', 'json']);
    expect(run.code).toBe(0);
    expect(rowsOf(run)).toMatchObject([{ status: 'planned' }, { status: 'planned' }]);
  });

  test('accepts a base file without ids', async () => {
    const tenant = await startLoggedTenant();
    const base = file(`displayName,pending,failed\n${VPN.name},1,2\n`);
    const rows = file(`displayName,pending,failed\n${VPN.name},4711,2\n`);
    const run = await tenant.run(['apply', rows, '--base', base, '--dry-run', '--force', '-o', 'json']);
    expect(rowsOf(run)).toMatchObject([{ sent: { pendingCount: 4711 } }]);
    const wrong = await tenant.run([
      'apply',
      rows,
      '--base',
      file('displayName,pending\nnobody,1\n'),
      '--dry-run',
      '-o',
      'json',
    ]);
    expect(wrong.code).toBe(2);
    expect(errorOf(wrong).message).toMatch(/^--base ".*": line 2: no configuration is named "nobody"/);
  });
});

describe('the plan of apply', () => {
  test('lists the rows to write, then counts the rows that need no write', async () => {
    const tenant = await startLoggedTenant();
    const now = JSON.parse((await tenant.run(['get', LIBRARY.id, '-o', 'json'])).stdout).pendingCount;
    const rows = file(`deviceConfigurationId,pending\n${VPN.id},4711\n${LIBRARY.id},${now}\n`);
    const { stdout } = await tenant.run(['apply', rows, '--dry-run', '--no-color'], { columns: 120 });
    const lines = stdout.split('\n').filter((line) => line !== '');
    expect(lines[0]).toBe('1 to write');
    expect(lines.at(-2)).toMatch(new RegExp(`^ *2 +${VPN.name} +${VPN.id} +pendingCount \\d+ → 4711$`));
    expect(lines.at(-1)).toBe('not written: 1 already up to date');
  });

  test('has the id below the name in a narrow terminal', async () => {
    const tenant = await startLoggedTenant();
    const rows = file(`deviceConfigurationId,pending\n${VPN.id},4711\n`);
    const { stdout } = await tenant.run(['apply', rows, '--dry-run', '--no-color'], { columns: 50 });
    expect(stdout.split('\n').filter((line) => line !== '')).toEqual([
      '1 to write',
      `line 2 ${VPN.name}`,
      `  ${VPN.id}`,
      expect.stringMatching(/^ {2}pendingCount \d+ → 4711$/),
    ]);
  });

  test('reads the names of rows by other routes with one request', async () => {
    const tenant = await startLoggedTenant();
    const samples = Object.entries(tenant.samples).filter(([via]) => via !== 'direct');
    const lines = samples.map(
      ([via, { deviceConfigurationId: id, certificateId }]) => `${id},${via},${certificateId ?? ''},4711`,
    );
    const rows = file(`deviceConfigurationId,via,certificateId,pending\n${lines.join('\n')}\n`);
    const list = JSON.parse((await tenant.run(['list', '-o', 'json'])).stdout) as Row[];
    const names = new Map(list.map((one) => [one.deviceConfigurationId, one.displayName]));
    const before = tenant.requests().length;
    const run = await tenant.run(['apply', rows, '--dry-run', '-o', 'json']);
    const shown = rowsOf(run);
    expect(shown.length).toBe(samples.length);
    expect(shown.map(({ displayName }) => displayName)).toEqual(
      shown.map(({ deviceConfigurationId: id }) => names.get(id)),
    );
    const asked = tenant.requests().slice(before);
    expect(asked.filter((line) => line.includes('displayName'))).toEqual([
      expect.stringMatching(/\?\$select=id,displayName&\$top=1000$/),
    ]);
  });
});
