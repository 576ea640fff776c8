import { describe, expect, test } from '@jest/globals';
import { type Run, runMain, stateFolder } from '../support/run-main.ts';
import { startLoggedTenant } from './logged-tenant.ts';

/** `Always On VPN` of the sample tenant. */
const VPN = '5a3b1c00-0b1e-4d5a-9c3e-00000000000b';
const LIST = '/beta/deviceManagement/deviceConfigurations';
const NAMES = `GET ${LIST}?$select=id,displayName`;
const FILTER = `${NAMES}&$filter=displayName%20eq%20%27Always%20On%20VPN%27`;
const OVERVIEW = `${LIST}/${VPN}/deviceStatusOverview`;

function errorOf({ stderr }: Run): Record<string, unknown> {
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
}

describe('patch', () => {
  test('by name is one request more than by id', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['patch', 'Always On VPN', '--pending', '7', '-o', 'json']);
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(JSON.parse(run.stdout)).toMatchObject({ pendingCount: 7 });
    expect(tenant.asked()).toEqual([FILTER, `PATCH ${OVERVIEW}`]);
  });

  test.each([[[VPN]], [[`id:${VPN}`]], [[VPN.toUpperCase()]]])('%j is one request', async ([id = '']) => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['patch', id, '--pending', '7'], { columns: 80 });
    expect(run.code).toBe(0);
    expect(tenant.asked()).toHaveLength(1);
    expect(tenant.asked()[0]?.toLowerCase()).toBe(`PATCH ${OVERVIEW}`.toLowerCase());
  });

  test('shows the name that was given, and the id after it', async () => {
    const tenant = await startLoggedTenant();
    const { stdout } = await tenant.run(['patch', 'name:ALWAYS on vpn', '--pending', '7', '--no-color'], {
      columns: 80,
    });
    expect(stdout.split('\n').slice(0, 2)).toEqual(['Always On VPN', VPN]);
  });

  test.each(['Always On', 'name:Always On', VPN.slice(0, 30), 'always'])(
    'a beginning does not do: %s',
    async (name) => {
      const tenant = await startLoggedTenant();
      const run = await tenant.run(['patch', name, '--pending', '7', '-o', 'json']);
      expect(run.code).toBe(5);
      expect(errorOf(run)).toMatchObject({ kind: 'not-found', written: 'no' });
      expect(tenant.asked().filter((line) => line.startsWith('PATCH'))).toEqual([]);
    },
  );

  test.each([VPN.slice(0, 35), VPN.replaceAll('-', ''), 'f'.repeat(32)])(
    'a damaged GUID is not sent: %s',
    async (id) => {
      const tenant = await startLoggedTenant();
      const run = await tenant.run(['patch', id, '--pending', '7', '-o', 'json']);
      expect([run.code, tenant.asked()]).toEqual([2, []]);
      expect(errorOf(run).message).toBe(`deviceConfigurationId ${JSON.stringify(id)} is not a GUID`);
    },
  );

  test('with --via, the name is that of the configuration given', async () => {
    const tenant = await startLoggedTenant();
    const args = ['Corporate Wi-Fi', '--via', 'wifi-eap', '--pending', '3', '--diff', '--no-color'];
    const names = await tenant.run([
      'list',
      '-o',
      'json',
      '--query',
      '[?contains("@odata.type", \'WifiEnterpriseEAP\')].displayName',
    ]);
    const [name = ''] = JSON.parse(names.stdout) as string[];
    const { stdout, code } = await tenant.run(['patch', name, ...args.slice(1)], { columns: 80 });
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe(name);
    expect(stdout.split('\n')[2]).toBe('via wifi-eap');
  });
});

describe('--diff', () => {
  test('reads the name beside the value before, for a table alone', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['patch', VPN, '--pending', '7', '--diff', '--no-color'], { columns: 80 });
    expect(run.stdout.split('\n').slice(0, 2)).toEqual(['Always On VPN', VPN]);
    expect(tenant.asked().sort()).toEqual([
      `GET ${OVERVIEW}`,
      `GET ${LIST}/${VPN}?$select=id,displayName`,
      `PATCH ${OVERVIEW}`,
    ]);
    const other = await startLoggedTenant();
    expect((await other.run(['patch', VPN, '--pending', '7', '--diff', '-o', 'json'])).code).toBe(0);
    expect(other.asked()).toEqual([`GET ${OVERVIEW}`, `PATCH ${OVERVIEW}`]);
  });

  test('keeps the name in its journal, and undo shows it', async () => {
    const tenant = await startLoggedTenant();
    const env = { GRAPH_OVERVIEW_STATE: stateFolder() };
    await tenant.run(['patch', 'Always On VPN', '--pending', '7', '--diff', '-o', 'json'], { env });
    const shown = await runMain(['runs', 'show', 'last', '-o', 'json'], { env });
    expect(JSON.parse(shown.stdout).rows).toMatchObject([
      { deviceConfigurationId: VPN, displayName: 'Always On VPN' },
    ]);
    const text = await runMain(['runs', 'show', 'last', '--no-color'], { env });
    expect(text.stdout.split('\n')[1]).toMatch(`patch of Always On VPN (${VPN}), `);
    const list = await runMain(['runs', '--no-color'], { env, columns: 160 });
    expect(list.stdout).toContain(`patch of Always On VPN (${VPN})`);
    const undo = await tenant.run(['undo', 'last', '--yes', '-o', 'json'], { env });
    expect(undo.stderr).toContain(`: patch of Always On VPN (${VPN}), `);
    expect(JSON.parse(undo.stdout).rows).toMatchObject([{ displayName: 'Always On VPN', status: 'written' }]);
  });
});

describe('--dry-run', () => {
  test('of a GUID needs no credentials and reads nothing', async () => {
    const run = await runMain(['patch', VPN, '--pending', '7', '--dry-run', '-o', 'json']);
    expect(run.code).toBe(0);
  });

  test('of a name reads for that alone, and says so', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['patch', 'Always On VPN', '--pending', '7', '--dry-run', '-o', 'json']);
    expect([run.code, run.stderr]).toEqual([
      0,
      `read to find the name: "Always On VPN" is the configuration ${VPN}\n`,
    ]);
    expect(JSON.parse(run.stdout).url).toContain(OVERVIEW);
    expect(tenant.asked()).toEqual([FILTER]);
  });
});

describe('get', () => {
  test.each([
    ['Always On VPN', 1],
    ['always on vpn', 1],
    ['name:Always On VPN', 1],
    // What is no whole name is looked for in all names.
    ['always', 2],
    ['ALWAYS ON', 2],
  ])('%s is found with %i requests', async (name, requests) => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['get', name, '-o', 'csv']);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain(`\n${VPN},Always On VPN,`);
    expect(tenant.asked()).toHaveLength(requests + 1);
  });

  test('reads the name beside the overview for a table, and not for programs', async () => {
    const tenant = await startLoggedTenant();
    const { stdout } = await tenant.run(['get', VPN, '--no-color'], { columns: 80 });
    expect(stdout.split('\n').slice(0, 2)).toEqual(['Always On VPN', VPN]);
    expect(tenant.asked().sort()).toEqual([`GET ${OVERVIEW}`, `GET ${LIST}/${VPN}?$select=id,displayName`]);
    const other = await startLoggedTenant();
    await other.run(['get', VPN, '-o', 'json']);
    expect(other.asked()).toEqual([`GET ${OVERVIEW}`]);
  });

  test('a name that begins so is not one', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['get', 'name:always', '-o', 'json']);
    expect([run.code, errorOf(run).kind]).toEqual([5, 'not-found']);
  });

  test('several that begin so are listed with their ids', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['get', 'update ring', '-o', 'json']);
    expect(run.code).toBe(2);
    expect(errorOf(run)).toMatchObject({ kind: 'usage', hint: 'name one of them by its id' });
    expect((errorOf(run).message as string).split('\n')).toHaveLength(3);
    expect(errorOf(run).message).toContain('5a3b1c00-0b1e-4d5a-9c3e-000000000011');
  });
});

test('routes --for takes a name, and a beginning of it', async () => {
  const tenant = await startLoggedTenant();
  const byName = await tenant.run(['routes', '--for', 'always on', '-o', 'json']);
  const byId = await tenant.run(['routes', '--for', VPN, '-o', 'json']);
  expect([byName.code, byName.stdout]).toEqual([0, byId.stdout]);
});

describe('wait', () => {
  test('for several names finds them with one request, and each counts once', async () => {
    const tenant = await startLoggedTenant();
    const names = ['Always On VPN', 'always', VPN, 'Library computers'];
    const run = await tenant.run(['wait', ...names, '--until', 'pending ge 0', '-o', 'json']);
    expect(JSON.parse(run.stdout)).toMatchObject([
      { deviceConfigurationId: VPN, displayName: 'Always On VPN', holds: true },
      { displayName: 'Library computers', holds: true },
    ]);
    expect(tenant.asked()[0]).toBe(`${NAMES}&$top=1000`);
    expect(tenant.asked().filter((line) => line.includes('$top'))).toHaveLength(1);
  });

  test('all names that are wrong are reported together', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['wait', 'nobody', 'update ring', '--until', 'pending ge 0', '-o', 'json']);
    expect(run.code).toBe(2);
    expect(errorOf(run)).toMatchObject({
      kind: 'usage',
      errors: [expect.stringMatching(/^no .*"nobody"/), expect.stringMatching(/^2 .*"update ring"/)],
    });
  });
});

describe('doctor --probe-write', () => {
  const probe = (name: string) => ['doctor', '--probe-write', name, '--yes', '-o', 'json'];

  test('takes a whole name', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(probe('Always On VPN'));
    expect(run.code).toBe(0);
    expect(tenant.asked()).toContain(FILTER);
    expect(tenant.asked()).toContain(`PATCH ${OVERVIEW}`);
  });

  test('writes nothing where the name is wrong', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(probe('always'));
    expect(run.code).toBe(5);
    expect(JSON.parse(run.stdout).at(-1)).toMatchObject({
      check: 'Write',
      verdict: 'fail',
      detail: 'no configuration is named "always"',
    });
    expect(tenant.asked().filter((line) => line.startsWith('PATCH'))).toEqual([]);
  });
});
