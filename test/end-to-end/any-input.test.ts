import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyText } from '../support/any-text.ts';
import { runBinary } from '../support/binary.ts';
import { type Recorded, type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { runMain } from '../support/run-main.ts';

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
}

type Run = (argv: string[]) => Promise<Outcome>;

let server: RecordingServer;

beforeAll(async () => {
  server = await startRecordingServer();
});

beforeEach(() => {
  server.requests.length = 0;
});

afterAll(() => server.close());

/** Arguments that a process can be given: no NUL, well-formed; many that start with a dash or change paths. */
const argument = fc.oneof(
  anyText.map((text) => text.toWellFormed().replaceAll('\0', '')),
  fc.string().map((text) => `-${text}`),
  fc.string().map((text) => `--${text}`),
  fc.constantFrom(
    '-',
    '--',
    '.',
    '..',
    '%2e%2e',
    '../..',
    'a/b',
    'a?b',
    'a#b',
    'a%2Fb',
    'a\\b',
    ' ',
    '',
    "'x'",
    '$batch',
    '--help',
  ),
);

const numeric = fc.oneof(
  fc.integer().map(String),
  fc.nat().map(String),
  fc.double().map(String),
  argument,
  fc.constantFrom('1e3', '-1', '2147483647', '2147483648', ' 5', '5 ', '0x1', '1.0', '007'),
);

const dates = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  argument,
  fc.constantFrom('2016-12-31T23:59:30.086867+03:00', '2016-02-30T00:00:00Z', '2016-12-31'),
);

/** Expects exit code 2 and no request, or one request that `verify` checks. */
async function exactlyOrNothing(
  run: Run,
  argv: string[],
  verify: (request: Recorded) => void,
): Promise<void> {
  server.requests.length = 0;
  const { code, stdout } = await run([...argv.slice(0, 1), '--endpoint', server.url, ...argv.slice(1)]);
  if (server.requests.length === 0) {
    // If an operand is `-h`, the help is printed.
    expect([code, stdout]).toEqual(code === 0 ? [0, expect.stringMatching(/^Usage: /)] : [2, '']);
    return;
  }
  expect(code).toBe(0);
  expect(server.requests).toHaveLength(1);
  const [request] = server.requests;
  if (request !== undefined) verify(request);
}

function segmentsOf({ path }: Recorded): string[] {
  expect(path).not.toContain('?');
  return path.split('/').map(decodeURIComponent);
}

describe.each([
  ['in this process', (argv: string[]) => runMain(argv), 200],
  ['in another process', (argv: string[]) => runBinary(argv), 8],
] as const)('any input, %s', (_, run, numRuns) => {
  test('has each id in one path segment', async () => {
    await fc.assert(
      fc.asyncProperty(argument, argument, fc.boolean(), async (id, certificate, separated) => {
        const via = ['--via', 'wifi-eap-root', '--certificate-id', certificate, '--pending', '1'];
        await exactlyOrNothing(
          run,
          ['patch', ...via, ...(separated ? ['--'] : []), `id:${id}`],
          (request) => {
            expect(segmentsOf(request)).toEqual([
              ...['', 'beta', 'deviceManagement', 'deviceConfigurations', id],
              ...[
                'microsoft.graph.windowsWifiEnterpriseEAPConfiguration',
                'rootCertificatesForServerValidation',
              ],
              ...[certificate, 'deviceStatusOverview'],
            ]);
          },
        );
      }),
      { numRuns },
    );
  });

  test('is sent exactly or rejected in values', async () => {
    await fc.assert(
      fc.asyncProperty(numeric, numeric, dates, async (pending, version, date) => {
        const argv = [
          'patch',
          'id:x',
          '--pending',
          pending,
          '--configuration-version',
          version,
          '--last-update',
          date,
        ];
        await exactlyOrNothing(run, argv, ({ body }) => {
          expect(pending).toMatch(/^[0-9]+$/);
          expect(version).toMatch(/^[0-9]+$/);
          const written = date === 'now' ? JSON.parse(body).lastUpdateDateTime : date;
          expect(body).toBe(
            `{"@odata.type":"#microsoft.graph.deviceConfigurationDeviceOverview","pendingCount":${BigInt(pending)},` +
              `"lastUpdateDateTime":"${written}","configurationVersion":${BigInt(version)}}`,
          );
        });
      }),
      { numRuns },
    );
  });

  test('has exactly the segments of a path after --via', async () => {
    await fc.assert(
      fc.asyncProperty(argument, async (id) => {
        const via = `microsoft.graph.iosEnterpriseWiFiConfiguration/rootCertificatesForServerValidation/${id}`;
        await exactlyOrNothing(run, ['patch', 'id:x', '--via', via, '--pending', '1'], (request) => {
          const expected = ['', 'beta', 'deviceManagement', 'deviceConfigurations', 'x', ...via.split('/')];
          if (expected.at(-1) !== 'deviceStatusOverview') expected.push('deviceStatusOverview');
          expect(segmentsOf(request)).toEqual(expected);
        });
      }),
      { numRuns },
    );
  });
});
