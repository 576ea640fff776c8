import { afterEach, describe, expect, test } from '@jest/globals';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/index.ts';
import { request } from '../emulator/request.ts';
import { type Answer, type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type Run, type RunOptions, runMain } from '../support/run-main.ts';

const clock = { now: () => 0, sleep: async () => undefined };
const DIRECT = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const IOS_VPN = '5a3b1c00-0b1e-4d5a-9c3e-00000000000c';
const ANDROID_VPN = '5a3b1c00-0b1e-4d5a-9c3e-00000000000e';

const open: { close(): Promise<void> }[] = [];

async function emulator(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const started = await startEmulator({ clock, ...options });
  open.push(started);
  return started;
}

async function recorder(answer?: Answer): Promise<RecordingServer> {
  const started = await startRecordingServer(answer);
  open.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

function patch(
  server: { readonly url: string },
  args: readonly string[],
  options: RunOptions = {},
): Promise<Run> {
  return runMain(['patch', ...args, '--endpoint', server.url, '-o', 'json'], options);
}

function errorOf(run: Run): Record<string, unknown> {
  return JSON.parse(run.stderr.trim().split('\n').at(-1) ?? '').error;
}

describe('patch sends', () => {
  test('a body from standard input, with flags overriding its values', async () => {
    const server = await recorder();
    const run = await patch(server, [DIRECT, '--body', '-', '--failed', '9'], {
      input: '{"failedCount":1,"pendingCount":2}',
    });
    expect(run.code).toBe(0);
    expect(server.requests[0]?.body).toBe(
      '{"@odata.type":"#microsoft.graph.deviceConfigurationDeviceOverview","pendingCount":2,"failedCount":9}',
    );
  });

  test('the output of get as a body', async () => {
    const server = await emulator();
    const { stdout } = await runMain(['get', DIRECT, '--endpoint', server.url, '-o', 'json']);
    const run = await patch(server, [DIRECT, '--body', '-', '--if-changed'], { input: stdout });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('nothing was sent');
  });

  test('GRAPH_TOKEN to loopback only with --auth token, and never prints it', async () => {
    const server = await recorder();
    const env = { GRAPH_TOKEN: 'a-secret-token', GRAPH_OVERVIEW_AUTH: 'token' };
    const without = await patch(server, [DIRECT, '--pending', '1', '--debug'], { env });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer local']);
    expect(without.stderr).toContain('GRAPH_TOKEN is not sent to loopback: add `--auth token` to send it\n');
    server.requests.length = 0;
    const run = await patch(server, [DIRECT, '--pending', '1', '--debug', '--auth', 'token'], { env });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer a-secret-token');
    expect(run.stdout + run.stderr).not.toContain('a-secret-token');
    expect(run.stderr).toContain('Bearer ***');
  });

  test('a client-request-id with every request', async () => {
    const server = await recorder();
    await patch(server, [DIRECT, '--pending', '1']);
    expect(server.requests[0]?.headers['client-request-id']).toMatch(/^[\da-f-]{36}$/);
  });
});

describe('errors of patch', () => {
  test('are reported together, and nothing is sent', async () => {
    const server = await recorder();
    const args = [
      'id:..',
      '--pending',
      '1e3',
      '--failed',
      '-1',
      '--last-update',
      '2016-02-30T00:00:00Z',
      '--via',
      'wifi-epa',
    ];
    const run = await patch(server, [...args, '--timeout', 'soon', '--retries', '-1', '--cloud', 'moon']);
    expect(run.code).toBe(2);
    expect(errorOf(run).errors).toEqual([
      expect.stringContaining('--cloud: "moon" is not one of global, usgov, dod, china'),
      expect.stringContaining('--timeout: "soon"'),
      expect.stringContaining('--retries: "-1"'),
      expect.stringContaining('deviceConfigurationId ".." would change the path'),
      expect.stringContaining('did you mean wifi-eap '),
      expect.stringContaining('--pending: "1e3"'),
      expect.stringContaining('--failed: "-1"'),
      expect.stringContaining('--last-update: "2016-02-30T00:00:00Z" is not a valid date'),
    ]);
    expect(server.requests).toEqual([]);
  });

  test.each([
    [[], 'no property to write is given'],
    [['--pending', '1', '--pending', '2'], '--pending is given 2 times'],
    [['--pending', '1', '--detailed-exitcode'], '--detailed-exitcode'],
    [['--conflict', '1', '--api-version', 'v1.0'], 'conflictCount does not exist in v1.0'],
    [['--pending', '1', '--via', 'wifi-eap', '--api-version', 'v1.0'], 'wifi-eap does not exist in v1.0'],
    [['--pending', '1', '--body', '/nowhere/at/all'], 'there is no such file'],
    [['--pendin', '1'], 'Did you mean --pending?'],
  ])('name the reason: %j', async (args, message) => {
    const server = await recorder();
    const run = await patch(server, [DIRECT, ...args]);
    expect(run.code).toBe(2);
    expect(errorOf(run).message).toContain(message);
    expect(server.requests).toEqual([]);
  });

  test('reject a second body', async () => {
    const server = await recorder();
    const run = await patch(server, [DIRECT, '--body', '-', '--body', '-'], { input: '{"pendingCount":1}' });
    expect([run.code, errorOf(run).message]).toEqual([2, '--body is given 2 times']);
    expect(server.requests).toEqual([]);
  });

  test('name a property that v1.0 does not have once, with its place', async () => {
    const run = await patch(await recorder(), [DIRECT, '--body', '-', '--api-version', 'v1.0'], {
      input: '{"conflictCount":1}',
    });
    expect(run.code).toBe(2);
    expect(errorOf(run).message).toBe('--body at line 1, column 2: conflictCount does not exist in v1.0');
  });

  test.each([
    [['-o', 'json']],
    [['-ojson']],
    [['-vo', 'json']],
    [['-qvojson']],
    [['--output', 'json']],
    [['--output=json']],
  ])('are in JSON after %j', async (output) => {
    const { code, stderr } = await runMain(['patch', 'id:abc', '--pending', 'x', ...output]);
    expect([code, JSON.parse(stderr).error.kind]).toEqual([2, 'usage']);
  });

  test('name an option without its value', async () => {
    const run = await runMain(['patch', DIRECT, '-o', 'json', '--pending']);
    expect(run.code).toBe(2);
    expect(errorOf(run).message).toContain("option '--pending <n>' argument missing");
  });

  test('reject a body that is too large', async () => {
    const server = await recorder();
    const run = await patch(server, [DIRECT, '--body', '-'], {
      input: `{"id":"${'x'.repeat(1024 * 1024)}"}`,
    });
    expect(errorOf(run).message).toContain('larger than 1 MiB');
  });
});

describe('patch compares the answer', () => {
  test.each([
    ['keep', 9],
    ['echo', 0],
  ] as const)(
    'and with a service that ignores writes (%s) exits with code %i',
    async (ignoreWrites, code) => {
      const run = await patch(await emulator({ ignoreWrites }), [DIRECT, '--pending', '9']);
      expect(run.code).toBe(code);
      expect(JSON.parse(run.stdout).pendingCount).toBe(code === 0 ? 9 : 212);
    },
  );

  test('and with --verify detects a service that only echoes the values', async () => {
    const run = await patch(await emulator({ ignoreWrites: 'echo' }), [DIRECT, '--pending', '9', '--verify']);
    expect(run.code).toBe(9);
    expect(errorOf(run)).toMatchObject({ kind: 'mismatch', exitCode: 9 });
    expect(errorOf(run).message).toContain(
      'pendingCount was sent as 9; the answer had 9, the read-back had 212',
    );
  });

  test('and with --lenient reports differences as warnings', async () => {
    const run = await patch(await emulator({ ignoreWrites: 'keep' }), [
      DIRECT,
      '--pending',
      '9',
      '--lenient',
    ]);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('warning: the service answered');
  });

  test('after a read if the answer is 204', async () => {
    const server = await recorder(({ method }, response) => {
      response.writeHead(method === 'PATCH' ? 204 : 200, { 'content-type': 'application/json' });
      response.end(method === 'PATCH' ? undefined : '{"id":"x","pendingCount":9}');
    });
    const run = await patch(server, [DIRECT, '--pending', '9']);
    expect(run.code).toBe(0);
    expect(server.requests.map(({ method }) => method)).toEqual(['PATCH', 'GET']);
    expect(JSON.parse(run.stdout)).toEqual({ id: 'x', pendingCount: 9 });
  });

  test('after a read if the answer lacks a sent property', async () => {
    const server = await recorder(({ method }, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(method === 'PATCH' ? '{"id":"x"}' : '{"id":"x","pendingCount":8}');
    });
    const run = await patch(server, [DIRECT, '--pending', '9']);
    expect(run.code).toBe(9);
  });

  test('and treats the same date with another offset as equal', async () => {
    const server = await recorder((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"lastUpdateDateTime":"2016-12-31T20:59:30.086867Z"}');
    });
    expect((await patch(server, [DIRECT, '--last-update', '2016-12-31T23:59:30.086867+03:00'])).code).toBe(0);
  });

  test('and reports a write that could not be read back', async () => {
    const server = await recorder(({ method }, response) => {
      response.writeHead(method === 'PATCH' ? 204 : 404, { 'content-type': 'application/json' });
      response.end(method === 'PATCH' ? undefined : '{}');
    });
    const run = await patch(server, [DIRECT, '--pending', '9']);
    expect(run.code).toBe(5);
    expect(errorOf(run).message).toContain('written, but it could not be read back');
  });
});

describe('patch --diff and --if-changed', () => {
  test('--diff prints the overview before and after, and the changed properties', async () => {
    const run = await patch(await emulator(), [DIRECT, '--pending', '9', '--failed', '7', '--diff']);
    expect(run.code).toBe(0);
    const { before, after, changed } = JSON.parse(run.stdout);
    expect([before.pendingCount, after.pendingCount, changed]).toEqual([212, 9, ['pendingCount']]);
  });

  test('--diff prints an undo command only if something changed', async () => {
    const server = await emulator();
    const argv = ['patch', DIRECT, '--pending', '5', '--diff', '--endpoint', server.url];
    expect((await runMain(argv)).stdout).toMatch(
      /changed: pendingCount\nundo with `graph-overview undo \S+ --(local|endpoint \S+)`\n$/,
    );
    expect((await runMain(argv)).stdout).toMatch(/nothing changed\n$/);
  });

  test('--if-changed sends nothing if every value is already stored', async () => {
    const server = await emulator();
    const run = await patch(server, [DIRECT, '--pending', '212', '--if-changed', '--verbose']);
    expect(run.code).toBe(0);
    expect(run.stderr).not.toContain('PATCH');
    expect((await patch(server, [DIRECT, '--pending', '213', '--if-changed', '--verbose'])).stderr).toContain(
      'PATCH',
    );
  });
});

describe('patch --dry-run', () => {
  test('sends nothing and needs no sign-in', async () => {
    const run = await runMain([
      'patch',
      DIRECT,
      '--pending',
      '1',
      '--dry-run',
      '-o',
      'json',
      '--cloud',
      'china',
    ]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toEqual({
      method: 'PATCH',
      url: `https://microsoftgraph.chinacloudapi.cn/beta/deviceManagement/deviceConfigurations/${DIRECT}/deviceStatusOverview`,
      headers: expect.objectContaining({ Authorization: 'Bearer ***', 'Content-Type': 'application/json' }),
      body: { '@odata.type': '#microsoft.graph.deviceConfigurationDeviceOverview', pendingCount: 1 },
    });
  });

  test('with --diff reads, does not write, and reports changes by its exit code', async () => {
    const server = await emulator();
    const args = ['--dry-run', '--diff', '--detailed-exitcode'];
    const would = await patch(server, [DIRECT, '--pending', '9', ...args, '--verbose']);
    expect(would.code).toBe(10);
    expect(would.stderr).not.toMatch(/^PATCH/m);
    expect(JSON.parse(would.stdout)).toMatchObject({
      method: 'PATCH',
      before: { pendingCount: 212 },
      after: { pendingCount: 9 },
      changed: ['pendingCount'],
    });
    expect((await patch(server, [DIRECT, '--pending', '212', ...args])).code).toBe(0);
    const { json } = await request(
      server,
      'GET',
      `/beta/deviceManagement/deviceConfigurations/${DIRECT}/deviceStatusOverview`,
    );
    expect(json.pendingCount).toBe(212);
  });
});

describe('patch through routes without a type', () => {
  const SCEP =
    'microsoft.graph.iosVpnConfiguration/identityCertificate/microsoft.graph.iosScepCertificateProfile/rootCertificate';

  test.each([
    [IOS_VPN, 'identity', 'microsoft.graph.iosVpnConfiguration/identityCertificate'],
    [IOS_VPN, 'identity-root', SCEP],
    [
      ANDROID_VPN,
      'identity-root',
      'microsoft.graph.androidVpnConfiguration/identityCertificate/rootCertificate',
    ],
    [
      '5a3b1c00-0b1e-4d5a-9c3e-00000000000d',
      'identity',
      'microsoft.graph.iosVpnConfiguration/identityCertificate',
    ],
    [
      '5a3b1c00-0b1e-4d5a-9c3e-000000000009',
      'root',
      'microsoft.graph.androidDeviceOwnerCertificateProfileBase/rootCertificate',
    ],
  ])('--resolve finds the type for %s via %s', async (id, via, path) => {
    const server = await emulator({ strictOdata: true });
    const run = await patch(server, [id, '--via', via, '--pending', '5', '--resolve', '--dry-run']);
    expect(run.code).toBe(0);
    const { url } = JSON.parse(run.stdout);
    expect(url).toBe(
      `${server.url}/beta/deviceManagement/deviceConfigurations/${id}/${path}/deviceStatusOverview`,
    );
    const done = await patch(server, [id, '--via', via, '--pending', '5', '--resolve']);
    expect(done.code).toBe(0);
  });

  test('an error of a strict service has a hint with the exact --via', async () => {
    const run = await patch(await emulator({ strictOdata: true }), [
      IOS_VPN,
      '--via',
      'identity-root',
      '--pending',
      '5',
    ]);
    expect(run.code).toBe(5);
    expect(errorOf(run)).toMatchObject({ status: 400, hint: expect.stringContaining(`\`--via ${SCEP}\``) });
    expect(errorOf(run).hint).toContain('--resolve');
  });

  test.each([['--diff'], ['--if-changed']])(
    'an error of a strict service has the hint also when %s reads for a dry run',
    async (read) => {
      const server = await emulator({ strictOdata: true });
      const run = await patch(server, [
        IOS_VPN,
        '--via',
        'identity-root',
        '--pending',
        '5',
        '--dry-run',
        read,
      ]);
      expect(run.code).toBe(5);
      expect(errorOf(run).hint).toContain(`\`--via ${SCEP}\``);
    },
  );

  test('the hint for a 400 with another possible reason suggests --resolve as one remedy', async () => {
    const server = await recorder(({ path }, response) => {
      const refused = path.includes('deviceStatusOverview');
      response.writeHead(refused ? 400 : 200, { 'content-type': 'application/json' });
      response.end(
        refused
          ? '{"error":{"code":"BadRequest","message":"Something else."}}'
          : '{"@odata.type":"#microsoft.graph.iosScepCertificateProfile"}',
      );
    });
    const run = await patch(server, [DIRECT, '--via', 'root', '--pending', '5']);
    expect(errorOf(run)).toMatchObject({
      kind: 'graph',
      hint: 'a strict service requires a type in the path: add `--resolve`, or give `--via microsoft.graph.iosScepCertificateProfile/rootCertificate`',
    });
  });

  test('the hint does not suggest --resolve if no type has the route', async () => {
    const server = await emulator({ strictOdata: true });
    const run = await patch(server, [DIRECT, '--via', 'root', '--pending', '5']);
    expect(run.code).toBe(5);
    expect(errorOf(run).hint).toContain('type windows10GeneralConfiguration has no rootCertificate');
    expect(errorOf(run).hint).not.toContain('--resolve');
  });

  test('--resolve reports a type that has no such certificate', async () => {
    const run = await patch(await emulator(), [DIRECT, '--via', 'root', '--pending', '5', '--resolve']);
    expect(run.code).toBe(5);
    expect(errorOf(run).message).toContain('type windows10GeneralConfiguration has no rootCertificate');
  });

  test('--resolve reads nothing for routes that need no type', async () => {
    const run = await patch(await emulator(), [DIRECT, '--pending', '5', '--resolve', '--verbose']);
    expect(run.code).toBe(0);
    expect(run.stderr).not.toMatch(/^GET/m);
  });
});

describe('hosts that receive a token', () => {
  test.each([
    ['http://graph.microsoft.com', 'plain http'],
    ['https://evil.example', 'not a Microsoft Graph host'],
    ['https://graph.microsoft.com.evil.example', 'not a Microsoft Graph host'],
    ['https://graph.microsoft.com@evil.example', 'user name'],
    ['http://localhost.evil.example', 'plain http'],
    ['http://127.0.0.1.evil.example', 'plain http'],
    ['ftp://127.0.0.1', 'not an http or https URL'],
    ['http://127.0.0.1/beta', 'ends with an API version'],
    ['http://127.0.0.1/?x', 'query'],
    ['nonsense', 'not an http or https URL'],
  ])('--endpoint %s is rejected', async (endpoint, message) => {
    const run = await runMain(['get', DIRECT, '--endpoint', endpoint, '-o', 'json']);
    expect(run.code).toBe(2);
    expect(errorOf(run).message).toContain(message);
  });

  test('--trust-endpoint permits another host', async () => {
    const args = [
      'get',
      DIRECT,
      '--endpoint',
      'https://graph.contoso.example/proxy/',
      '--trust-endpoint',
      '--dry-run',
    ];
    const run = await runMain([...args, '-o', 'json']);
    expect(JSON.parse(run.stdout).url).toMatch(
      /^https:\/\/graph\.contoso\.example\/proxy\/beta\/deviceManagement\//,
    );
  });

  test('--local and --endpoint exclude each other, and a flag overrides the environment', async () => {
    expect((await runMain(['get', DIRECT, '--local', '--endpoint', 'http://127.0.0.1:1'])).code).toBe(2);
    const run = await runMain(['get', DIRECT, '--local', '-o', 'json'], {
      env: { GRAPH_OVERVIEW_ENDPOINT: 'http://127.0.0.1:1' },
    });
    expect(run).toMatchObject({ code: 0, stderr: '' });
  });

  test('a mock Graph that is set in the environment is reported', async () => {
    const run = await runMain(['get', DIRECT, '-o', 'json'], { env: { GRAPH_OVERVIEW_LOCAL: '1' } });
    expect(run.code).toBe(0);
    expect(run.stderr.trim().split('\n')).toEqual([expect.stringContaining('mock Graph')]);
  });
});
