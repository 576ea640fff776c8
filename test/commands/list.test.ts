import { afterEach, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { startEmulator } from '../../src/emulator/index.ts';
import { startRecordingServer } from '../support/recording-server.ts';
import { runMain } from '../support/run-main.ts';

const clock = { now: () => 0, sleep: async () => undefined };
const open: { close(): Promise<void> }[] = [];

async function opened<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  open.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const COLUMNS = [
  ...[
    'deviceConfigurationId',
    'displayName',
    '@odata.type',
    'via',
    'overviewId',
    'pendingCount',
    'notApplicableCount',
  ],
  ...['notApplicablePlatformCount', 'successCount', 'errorCount', 'failedCount', 'conflictCount'],
  ...['lastUpdateDateTime', 'configurationVersion'],
];

describe('list', () => {
  test('sends one request for each page', async () => {
    const { url } = await opened(startEmulator({ clock, configurations: 120 }));
    const run = await runMain(['list', '--endpoint', url, '-o', 'json', '--verbose']);
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toHaveLength(120);
    expect(run.stderr.match(/^GET /gm)).toHaveLength(3);
  });

  test('falls back to batches if $expand is rejected, with the same output', async () => {
    const [plain, refusing] = [
      await opened(startEmulator({ clock, configurations: 70 })),
      await opened(startEmulator({ clock, configurations: 70, expand: false })),
    ];
    const [one, other] = [
      await runMain(['list', '--endpoint', plain.url, '-o', 'csv']),
      await runMain(['list', '--endpoint', refusing.url, '-o', 'csv', '--verbose']),
    ];
    expect(other.code).toBe(0);
    expect(other.stdout).toBe(one.stdout);
    // The rejected page, two pages without $expand, and batches of 20 that continue across pages.
    expect(other.stderr.match(/^GET /gm)).toHaveLength(1 + 2);
    expect(other.stderr.match(/^POST /gm)).toHaveLength(4);
  });

  test('has the columns of apply in csv', async () => {
    const { stdout } = await runMain(['list', '--local', '-o', 'csv']);
    const [header, first] = parse(stdout) as string[][];
    expect(header).toEqual(COLUMNS);
    expect(first?.slice(0, 6)).toEqual([
      '5a3b1c00-0b1e-4d5a-9c3e-000000000001',
      'Windows 10 – Device restrictions',
      '#microsoft.graph.windows10GeneralConfiguration',
      'direct',
      '5a3b1c00-0b1e-4d5a-9c3e-000000000001',
      '212',
    ]);
  });

  test('has a record with the error of a configuration that cannot be read, and exit code 8', async () => {
    const server = await opened(
      startRecordingServer(({ path }, response) => {
        const status = path.includes('expand') ? 400 : path.includes('/bad/') ? 404 : 200;
        response.writeHead(status, { 'content-type': 'application/json' });
        const list = {
          value: [
            { id: 'bad', displayName: 'B' },
            { id: 'good', displayName: 'G' },
          ],
        };
        response.end(JSON.stringify(path.includes('$select') ? list : { id: 'o', pendingCount: 1 }));
      }),
    );
    const run = await runMain(['list', '--endpoint', server.url, '-o', 'jsonl']);
    expect(run.code).toBe(8);
    const records = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records).toEqual([
      {
        deviceConfigurationId: 'bad',
        displayName: 'B',
        '@odata.type': null,
        error: expect.objectContaining({ kind: 'not-found' }),
      },
      {
        deviceConfigurationId: 'good',
        displayName: 'G',
        '@odata.type': null,
        overview: { id: 'o', pendingCount: 1 },
      },
    ]);
  });

  test.each([
    [
      'another host',
      'https://evil.example/beta/deviceManagement/deviceConfigurations?$skiptoken=1',
      'leads to another address',
    ],
    ['the same page', '?$select=id,displayName&$expand=deviceStatusOverview', 'repeats a link'],
  ])('does not follow a next link to %s', async (_, link, message) => {
    const server = await opened(
      startRecordingServer(({ path }, response) => {
        const next = link.startsWith('?') ? `/beta${path.slice(5)}` : link;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ value: [], '@odata.nextLink': next }));
      }),
    );
    const run = await runMain(['list', '--endpoint', server.url, '-o', 'json', '-q']);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(message);
    expect(server.requests.length).toBeLessThanOrEqual(2);
  });

  test('prints an empty list for an empty tenant', async () => {
    const server = await opened(
      startRecordingServer((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"value":[]}');
      }),
    );
    const shown = async (...args: string[]) =>
      (await runMain(['list', '--endpoint', server.url, ...args])).stdout;
    expect(await shown('-o', 'json')).toBe('[]\n');
    expect(await shown('-o', 'jsonl')).toBe('');
    expect(await shown('-o', 'csv')).toBe(`${COLUMNS.join(',')}\n`);
    expect(await shown()).toBe('no device configurations\n');
  });
});

test('routes lists the names for --via', async () => {
  const run = await runMain(['routes', '-o', 'json']);
  const records = JSON.parse(run.stdout);
  expect(records).toHaveLength(16);
  expect(records[9]).toEqual({
    name: 'wifi-eap-root',
    path: '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/{id}',
    apiVersions: ['beta'],
    certificateId: true,
    documented: { since: '2018-08-19', until: '2024-08-01' },
  });
  expect(records[0]).toMatchObject({ name: 'direct', path: '', apiVersions: ['beta', 'v1.0'] });
});
