import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type Run, runMain } from '../support/run-main.ts';
import { ZEROS } from '../support/zeros.ts';

/** Three on the first page, the others on the second. */
const CONFIGURATIONS = [
  configuration('a', 'Wi-Fi Berlin', 'windowsWifiEnterpriseEAPConfiguration', {
    successCount: 90,
    failedCount: 10,
  }),
  configuration('b', 'wi-fi/Osaka [2]', 'iosWiFiConfiguration', { successCount: 99, failedCount: 1 }),
  configuration('c', 'VPN', 'windows10VpnConfiguration', { successCount: 5, failedCount: 5 }),
  configuration('d', 'Unused', 'windows10GeneralConfiguration', { successCount: 0, failedCount: 0 }),
  configuration('e', 'Old', 'windows10GeneralConfiguration', {
    successCount: 1,
    failedCount: 1,
    lastUpdateDateTime: '2025-12-20T00:00:00Z',
  }),
];

function configuration(id: string, displayName: string, type: string, counts: Record<string, unknown>) {
  const overview = { id: `o-${id}`, ...ZEROS, lastUpdateDateTime: '2026-01-01T12:00:00Z', ...counts };
  return { id, displayName, '@odata.type': `#microsoft.graph.${type}`, deviceStatusOverview: overview };
}

let server: RecordingServer;

beforeAll(async () => {
  server = await startRecordingServer(({ path }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    if (path.includes('skiptoken')) {
      response.end(JSON.stringify({ value: CONFIGURATIONS.slice(3) }));
      return;
    }
    const next = `${server.url}/beta/deviceManagement/deviceConfigurations?$skiptoken=2`;
    response.end(JSON.stringify({ value: CONFIGURATIONS.slice(0, 3), '@odata.nextLink': next }));
  });
});

afterAll(() => server.close());

function list(...args: string[]): Promise<Run> {
  return runMain(['list', '--endpoint', server.url, ...args]);
}

async function ids(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await list(
    ...args,
    '-o',
    'json',
    '--query',
    '[].deviceConfigurationId',
    '-q',
  );
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('list selects', () => {
  test.each([
    ['--where', 'failed gt 1', ['a', 'c']],
    ['--where', 'failed ge 10%', ['a', 'c', 'e']],
    ['--where', 'not failed gt 0', ['d']],
    ['--where', 'last-update lt -7d', ['e']],
    ['--where', 'failedCount eq 1 and lastUpdateDateTime ge 2026-01-01', ['b']],
    ['--name', 'wi-fi*', ['a', 'b']],
    ['--name', '*osaka*', ['b']],
    ['--name', 'wi-fi?osaka*', ['b']],
    ['--name', '*\\[2\\]', ['b']],
    ['--name', '[uv]*', ['c', 'd']],
    ['--name', '!Old', []],
    ['--name', '(VPN|Old)', []],
    ['--name', '[!u-w]*', ['e']],
    ['--type', 'WIFI', ['a', 'b']],
    ['--type', 'graph.windows10', ['c', 'd', 'e']],
  ])('%s "%s"', async (flag, value, expected) => {
    expect(await ids(flag, value)).toEqual(expected);
  });

  test.each([
    ['-failed', ['a', 'c', 'b', 'e', 'd']],
    ['failed,-name', ['d', 'b', 'e', 'c', 'a']],
    ['name', ['e', 'd', 'c', 'a', 'b']],
    ['type,name', ['b', 'e', 'd', 'c', 'a']],
    ['-devices,name', ['a', 'b', 'c', 'e', 'd']],
    ['lastUpdateDateTime', ['e', 'a', 'b', 'c', 'd']],
    // A property that no overview has keeps the order.
    ['-pending', ['a', 'b', 'c', 'd', 'e']],
  ])('--sort %s', async (keys, expected) => {
    expect(await ids('--sort', keys)).toEqual(expected);
  });

  test('--where, --type, --sort and --top together', async () => {
    expect(await ids('--where', 'failed gt 0', '--type', 'wi', '--sort', '-failed', '--top', '2')).toEqual([
      'a',
      'c',
    ]);
  });

  test('and with --top reads only the pages that it needs', async () => {
    const before = server.requests.length;
    expect(await ids('--top', '1')).toEqual(['a']);
    expect(server.requests.length - before).toBeLessThanOrEqual(2);
  });

  test('and prints the number of all configurations', async () => {
    expect((await list('--where', 'failed ge 10')).stdout).toContain('1 of 5 configurations');
    expect((await list('--where', 'failed ge 999')).stdout).toBe('none of 5 device configurations\n');
  });

  test('and reports the configurations for which a percentage cannot be evaluated', async () => {
    const { stderr, code } = await list('--where', 'failed gt 5%', '-o', 'none');
    expect(code).toBe(0);
    expect(stderr).toBe('for 1 configuration: there are no devices, so `failed gt 5%` does not hold\n');
  });

  test('after it has marked an error in a condition with carets', async () => {
    const { stderr, code } = await list('--where', 'failed gt 0 and faild lt 3');
    expect(code).toBe(2);
    expect(stderr).toContain(
      ['  failed gt 0 and faild lt 3', '                  ^^^^^'].map((line) => `${line}\n`).join(''),
    );
    expect(stderr).toContain('did you mean `failed`?');
  });

  test('nothing if options are wrong: all errors are reported, and nothing is sent', async () => {
    const before = server.requests.length;
    const { stderr, code } = await list('--where', 'failed', '--sort', 'nmae', '--top', '0', '--name', '');
    expect(code).toBe(2);
    expect(stderr).toContain('4 errors');
    expect(stderr).toContain('did you mean name?');
    expect(stderr).toContain('--top: "0" is not allowed');
    expect(stderr).toContain('--name: the pattern is empty');
    expect(server.requests.length).toBe(before);
  });
});

describe('list, configurations that could not be read', () => {
  test('are last, whether or not there is a condition', async () => {
    const bad = await startRecordingServer(({ path }, response) => {
      const value = [
        { id: 'bad', displayName: 'B' },
        { id: 'good', displayName: 'G', deviceStatusOverview: { failedCount: 3 } },
        { id: 'fine', displayName: 'F', deviceStatusOverview: { failedCount: 0 } },
      ];
      response.writeHead(path.includes('$select') ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(path.includes('$select') ? { value } : { error: { code: 'NotFound' } }));
    });
    try {
      const args = [
        'list',
        '--endpoint',
        bad.url,
        '--where',
        'failed gt 0',
        '--sort',
        '-failed',
        '-o',
        'json',
      ];
      const { code, stdout } = await runMain(args);
      expect(code).toBe(8);
      const ids = JSON.parse(stdout).map((one: Record<string, unknown>) => one.deviceConfigurationId);
      expect(ids).toEqual(['good', 'bad']);
    } finally {
      await bad.close();
    }
  });
});
