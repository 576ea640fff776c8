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
  test('by name sends one request more than by id', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['patch', 'Always On VPN', '--pending', '7', '-o', 'json']);
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(JSON.parse(run.stdout)).toMatchObject({ pendingCount: 7 });
    expect(tenant.requests()).toEqual([FILTER, `PATCH ${OVERVIEW}`]);
  });

  test.each([[[VPN]], [[`id:${VPN}`]], [[VPN.toUpperCase()]]])('%j sends one request', async ([id = '']) => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['patch', id, '--pending', '7'], { columns: 80 });
    expect(run.code).toBe(0);
    expect(tenant.requests()).toHaveLength(1);
    expect(tenant.requests()[0]?.toLowerCase()).toBe(`PATCH ${OVERVIEW}`.toLowerCase());
  });

  test('prints the name of the configuration, and the id after it', async () => {
    const tenant = await startLoggedTenant();
    const { stdout } = await tenant.run(['patch', 'name:ALWAYS on vpn', '--pending', '7', '--no-color'], {
      columns: 80,
    });
    expect(stdout.split('\n').slice(0, 2)).toEqual(['Always On VPN', VPN]);
  });

  test.each(['Always On', 'name:Always On', VPN.slice(0, 30), 'always'])(
    'does not accept the beginning of a name: %s',
    async (name) => {
      const tenant = await startLoggedTenant();
      const run = await tenant.run(['patch', name, '--pending', '7', '-o', 'json']);
      expect(run.code).toBe(5);
      expect(errorOf(run)).toMatchObject({ kind: 'not-found', written: 'no' });
      expect(tenant.requests().filter((line) => line.startsWith('PATCH'))).toEqual([]);
    },
  );

  test.each([VPN.slice(0, 35), VPN.replaceAll('-', ''), 'f'.repeat(32)])(
    'rejects a malformed GUID: %s',
    async (id) => {
      const tenant = await startLoggedTenant();
      const run = await tenant.run(['patch', id, '--pending', '7', '-o', 'json']);
      expect([run.code, tenant.requests()]).toEqual([2, []]);
      expect(errorOf(run).message).toBe(`deviceConfigurationId ${JSON.stringify(id)} is not a GUID`);
    },
  );

  test('with --via prints the name of the given configuration', async () => {
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

describe('patch --diff', () => {
  test('reads the name in parallel with the overview, for a table only', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['patch', VPN, '--pending', '7', '--diff', '--no-color'], { columns: 80 });
    expect(run.stdout.split('\n').slice(0, 2)).toEqual(['Always On VPN', VPN]);
    expect(tenant.requests().sort()).toEqual([
      `GET ${OVERVIEW}`,
      `GET ${LIST}/${VPN}?$select=id,displayName`,
      `PATCH ${OVERVIEW}`,
    ]);
    const other = await startLoggedTenant();
    expect((await other.run(['patch', VPN, '--pending', '7', '--diff', '-o', 'json'])).code).toBe(0);
    expect(other.requests()).toEqual([`GET ${OVERVIEW}`, `PATCH ${OVERVIEW}`]);
  });

  test('writes the name to the journal, and undo prints it', async () => {
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

describe('patch --dry-run', () => {
  test('with a GUID needs no credentials and reads nothing', async () => {
    const run = await runMain(['patch', VPN, '--pending', '7', '--dry-run', '-o', 'json']);
    expect(run.code).toBe(0);
  });

  test('with a name reads only to find the name, and reports it', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['patch', 'Always On VPN', '--pending', '7', '--dry-run', '-o', 'json']);
    expect([run.code, run.stderr]).toEqual([
      0,
      `read to find the name: "Always On VPN" is the configuration ${VPN}\n`,
    ]);
    expect(JSON.parse(run.stdout).url).toContain(OVERVIEW);
    expect(tenant.requests()).toEqual([FILTER]);
  });
});

describe('get', () => {
  test.each([
    ['Always On VPN', 1],
    ['always on vpn', 1],
    ['name:Always On VPN', 1],
    // A part of a name is searched for in all names.
    ['always', 2],
    ['ALWAYS ON', 2],
  ])('finds %s with %i requests', async (name, requests) => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['get', name, '-o', 'csv']);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain(`\n${VPN},Always On VPN,`);
    expect(tenant.requests()).toHaveLength(requests + 1);
  });

  test('reads the name in parallel with the overview for a table, and not for json', async () => {
    const tenant = await startLoggedTenant();
    const { stdout } = await tenant.run(['get', VPN, '--no-color'], { columns: 80 });
    expect(stdout.split('\n').slice(0, 2)).toEqual(['Always On VPN', VPN]);
    expect(tenant.requests().sort()).toEqual([
      `GET ${OVERVIEW}`,
      `GET ${LIST}/${VPN}?$select=id,displayName`,
    ]);
    const other = await startLoggedTenant();
    await other.run(['get', VPN, '-o', 'json']);
    expect(other.requests()).toEqual([`GET ${OVERVIEW}`]);
  });

  test('does not accept the beginning of a name after name:', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['get', 'name:always', '-o', 'json']);
    expect([run.code, errorOf(run).kind]).toEqual([5, 'not-found']);
  });

  test('lists several matches with their ids', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(['get', 'update ring', '-o', 'json']);
    expect(run.code).toBe(2);
    expect(errorOf(run)).toMatchObject({ kind: 'usage', hint: 'name one of them by its id' });
    expect((errorOf(run).message as string).split('\n')).toHaveLength(3);
    expect(errorOf(run).message).toContain('5a3b1c00-0b1e-4d5a-9c3e-000000000011');
  });
});

test('routes --for accepts the beginning of a name', async () => {
  const tenant = await startLoggedTenant();
  const byName = await tenant.run(['routes', '--for', 'always on', '-o', 'json']);
  const byId = await tenant.run(['routes', '--for', VPN, '-o', 'json']);
  expect([byName.code, byName.stdout]).toEqual([0, byId.stdout]);
});

describe('wait', () => {
  test('finds several names with one request, and follows each configuration once', async () => {
    const tenant = await startLoggedTenant();
    const names = ['Always On VPN', 'always', VPN, 'Library computers'];
    const run = await tenant.run(['wait', ...names, '--until', 'pending ge 0', '-o', 'json']);
    expect(JSON.parse(run.stdout)).toMatchObject([
      { deviceConfigurationId: VPN, displayName: 'Always On VPN', holds: true },
      { displayName: 'Library computers', holds: true },
    ]);
    expect(tenant.requests()[0]).toBe(`${NAMES}&$top=1000`);
    expect(tenant.requests().filter((line) => line.includes('$top'))).toHaveLength(1);
  });

  test('reports all wrong names together', async () => {
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

  test('accepts a complete name', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(probe('Always On VPN'));
    expect(run.code).toBe(0);
    expect(tenant.requests()).toContain(FILTER);
    expect(tenant.requests()).toContain(`PATCH ${OVERVIEW}`);
  });

  test('writes nothing if the name is wrong', async () => {
    const tenant = await startLoggedTenant();
    const run = await tenant.run(probe('always'));
    expect(run.code).toBe(5);
    expect(JSON.parse(run.stdout).at(-1)).toMatchObject({
      check: 'Write',
      verdict: 'fail',
      detail: 'no configuration is named "always"',
    });
    expect(tenant.requests().filter((line) => line.startsWith('PATCH'))).toEqual([]);
  });
});
