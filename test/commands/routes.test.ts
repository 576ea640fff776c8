import { afterEach, describe, expect, test } from '@jest/globals';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type Run, runMain } from '../support/run-main.ts';
import { recordValidator } from '../support/schemas.ts';

/** Routes by the type of a configuration. */

const open: RecordingServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** A service that has configurations of these types, but no overviews. */
async function serve(types: Readonly<Record<string, string>>, refusal = 404): Promise<RecordingServer> {
  const server = await startRecordingServer(({ path }, response) => {
    const [, id = ''] = /deviceConfigurations\/([^/?]+)\?/.exec(path) ?? [];
    const type = types[id];
    response.writeHead(type === undefined ? refusal : 200, {
      'content-type': 'application/json',
      'request-id': 'r-1',
    });
    response.end(
      JSON.stringify(
        type === undefined
          ? { error: { code: 'ResourceNotFound', message: 'Not there.' } }
          : { id, displayName: id, '@odata.type': `#microsoft.graph.${type}` },
      ),
    );
  });
  open.push(server);
  return server;
}

async function run(
  argv: readonly string[],
  { url }: RecordingServer,
): Promise<Pick<Run, 'code' | 'stdout' | 'stderr'>> {
  const { code, stdout, stderr } = await runMain([...argv, '--endpoint', url, '--retries', '0']);
  return { code, stdout, stderr: stderr.replace(/00000000-0000-4000-8000-\d{12}/g, 'THE-ID') };
}

const VPN = 'microsoft.graph.windows10VpnConfiguration/identityCertificate';

describe('routes --for', () => {
  test('lists the routes that fit the type of the configuration', async () => {
    const server = await serve({ wifi: 'windowsWifiEnterpriseEAPConfiguration' });
    const ran = await run(['routes', '--for', 'id:wifi', '-o', 'json'], server);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    const records = JSON.parse(ran.stdout);
    expect(records.map(({ name }: { name: string }) => name).slice(0, 2)).toEqual(['direct', 'wifi-eap']);
    expect(records).toContainEqual({
      name: 'microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificateForClientValidation',
      path: '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificateForClientValidation',
      apiVersions: ['beta'],
      certificateId: false,
      documented: null,
    });
    expect(records).toContainEqual({
      name: 'wifi-eap-root',
      path: '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/{id}',
      apiVersions: ['beta'],
      certificateId: true,
      documented: { since: '2018-08-19', until: '2024-08-01' },
    });
    for (const { path } of records)
      expect(path).toMatch(/^$|^\/microsoft\.graph\.windowsWifiEnterpriseEAPConfiguration\//);
    const differencesFrom = recordValidator();
    for (const record of records) expect(differencesFrom('fitting route', record)).toEqual([]);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /beta/deviceManagement/deviceConfigurations/wifi?$select=id,displayName',
    ]);
  });

  test('prints the type above the table', async () => {
    expect(
      await run(['routes', '--for', 'id:custom'], await serve({ custom: 'iosCustomConfiguration' })),
    ).toEqual({
      code: 0,
      stdout: `the configuration is of type iosCustomConfiguration

--via   Path before /deviceStatusOverview  API versions  Documented
─────────────────────────────────────────────────────────────────────────────────
direct  (the configuration itself)         beta, v1.0    2017-01-20 to 2024-08-01
`,
      stderr: '',
    });
  });

  test('has the type that declares the navigation property in the path of a derived type', async () => {
    const server = await serve({ a: 'androidDeviceOwnerScepCertificateProfile' });
    const ran = await run(['routes', '--for', 'id:a', '-o', 'csv', '--query', '[].name'], server);
    expect([ran.code, ran.stdout]).toEqual([0, 'direct\nandroid-cert\n']);
  });

  test('reports a configuration that does not exist', async () => {
    const ran = await run(['routes', '--for', 'id:gone', '-o', 'json'], await serve({}));
    expect([ran.code, ran.stdout]).toEqual([5, '']);
    expect(JSON.parse(ran.stderr).error).toMatchObject({
      ...{ kind: 'not-found', status: 404, message: 'not found: Not there.' },
    });
  });

  test('is required with --local', async () => {
    const ran = await runMain(['routes', '--local']);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([
      2,
      '',
      `error: without --for, --local and --endpoint have no effect
hint: add \`--for <configuration>\`, or remove them
`,
    ]);
  });
});

describe('a wrong --via', () => {
  test.each([
    [404, ['get', 'id:vpn', '--via', 'ios-scep'], 'not found: Not there.'],
    [400, ['get', 'id:vpn', '--via', 'ios-scep'], 'Graph refused: Not there.'],
    [404, ['patch', 'id:vpn', '--via', 'root', '--pending', '1'], 'not found: Not there.'],
  ])('that is answered %i has a hint with the routes that fit: %j', async (status, argv, message) => {
    const ran = await run(argv, await serve({ vpn: 'windows10VpnConfiguration' }, status));
    expect(ran).toEqual({
      code: status === 404 ? 5 : 1,
      stdout: '',
      stderr: `error: ${message}
  status: ${status}  code: ResourceNotFound  request-id: r-1  client-request-id: THE-ID
hint: the configuration is of type windows10VpnConfiguration; routes that fit it: \`--via windows-vpn\`; \`graph-overview routes --for id:vpn\` lists them
`,
    });
  });

  test('for a type without routes has a hint to remove it', async () => {
    const server = await serve({ custom: 'iosCustomConfiguration' });
    const ran = await run(['get', 'id:custom', '--via', VPN, '-o', 'json'], server);
    expect([ran.code, ran.stdout]).toEqual([5, '']);
    expect(JSON.parse(ran.stderr).error).toMatchObject({
      kind: 'not-found',
      hint: 'the configuration is of type iosCustomConfiguration, which has only its own overview: remove `--via`',
    });
  });
});
