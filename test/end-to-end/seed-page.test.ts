import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runBinary } from '../support/binary.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { runMain } from '../support/run-main.ts';

const ID = 'b3f2a0c4-0000-4000-8000-000000000001';
const CERTIFICATE = 'b3f2a0c4-0000-4000-8000-000000000002';

/** The ten requests of the reference page, by hand. */
const PAGE: readonly (readonly [via: string, path: string])[] = [
  ['direct', `/deviceManagement/deviceConfigurations/${ID}/deviceStatusOverview`],
  ['root', `/deviceManagement/deviceConfigurations/${ID}/rootCertificate/deviceStatusOverview`],
  ['identity', `/deviceManagement/deviceConfigurations/${ID}/identityCertificate/deviceStatusOverview`],
  [
    'identity-root',
    `/deviceManagement/deviceConfigurations/${ID}/identityCertificate/rootCertificate/deviceStatusOverview`,
  ],
  [
    'ios-scep',
    `/deviceManagement/deviceConfigurations/${ID}/microsoft.graph.iosScepCertificateProfile/rootCertificate/deviceStatusOverview`,
  ],
  [
    'wp81-vpn',
    `/deviceManagement/deviceConfigurations/${ID}/microsoft.graph.windowsPhone81VpnConfiguration/identityCertificate/deviceStatusOverview`,
  ],
  [
    'macos-wired-root',
    `/deviceManagement/deviceConfigurations/${ID}/microsoft.graph.macOSWiredNetworkConfiguration/rootCertificateForServerValidation/deviceStatusOverview`,
  ],
  [
    'macos-wired',
    `/deviceManagement/deviceConfigurations/${ID}/microsoft.graph.macOSWiredNetworkConfiguration/identityCertificateForClientAuthentication/deviceStatusOverview`,
  ],
  [
    'wifi-eap',
    `/deviceManagement/deviceConfigurations/${ID}/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/identityCertificateForClientAuthentication/deviceStatusOverview`,
  ],
  [
    'wifi-eap-root',
    `/deviceManagement/deviceConfigurations/${ID}/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/${CERTIFICATE}/deviceStatusOverview`,
  ],
];

/** The example of the page, exactly except for white space. */
const EXAMPLE_BODY =
  '{"@odata.type":"#microsoft.graph.deviceConfigurationDeviceOverview","pendingCount":12,"notApplicableCount":2,' +
  '"notApplicablePlatformCount":10,"successCount":12,"errorCount":10,"failedCount":11,"conflictCount":13,' +
  '"lastUpdateDateTime":"2016-12-31T23:59:30.086867+03:00","configurationVersion":4}';

/** In another order than on the page, so that the program determines the order in the request. */
const EXAMPLE_FLAGS = [
  ...[
    '--configuration-version',
    '4',
    '--last-update',
    '2016-12-31T23:59:30.086867+03:00',
    '--conflict',
    '13',
  ],
  ...['--failed', '11', '--error', '10', '--success', '12', '--not-applicable-platform', '10'],
  ...['--not-applicable', '2', '--pending', '12'],
];

function viaFlags(via: string): string[] {
  return ['--via', via, ...(via === 'wifi-eap-root' ? ['--certificate-id', CERTIFICATE] : [])];
}

let server: RecordingServer;

beforeAll(async () => {
  server = await startRecordingServer();
});

afterAll(() => server.close());

describe.each(PAGE)('--via %s', (via, path) => {
  test('--dry-run prints the request of the page', async () => {
    const { code, stdout, stderr } = await runMain([
      'patch',
      ID,
      ...EXAMPLE_FLAGS,
      ...viaFlags(via),
      '--dry-run',
      '-o',
      'json',
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const request = JSON.parse(stdout);
    expect(request.method).toBe('PATCH');
    expect(request.url).toBe(`https://graph.microsoft.com/beta${path}`);
    expect(JSON.stringify(request.body)).toBe(EXAMPLE_BODY);
    expect(stdout).not.toContain('Bearer local');
  });

  test('the PATCH arrives with that path and the example body', async () => {
    server.requests.length = 0;
    const { code, stdout } = await runBinary([
      'patch',
      ID,
      ...EXAMPLE_FLAGS,
      ...viaFlags(via),
      '--endpoint',
      server.url,
      '-o',
      'json',
    ]);
    expect(code).toBe(0);
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(request?.method).toBe('PATCH');
    expect(request?.path).toBe(`/beta${path}`);
    expect(request?.body).toBe(EXAMPLE_BODY);
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.headers.authorization).toBe('Bearer local');
    expect(JSON.stringify(JSON.parse(stdout))).toBe(EXAMPLE_BODY);
  });
});
