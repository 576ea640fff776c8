import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RouteName } from '../../src/catalog/routes.ts';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { request } from './request.ts';

const clock = { now: () => Date.UTC(2026, 0, 1), sleep: async () => undefined };

/** The sixteen documented routes, by hand. */
const ROUTES: readonly (readonly [name: RouteName, path: string])[] = [
  ['direct', ''],
  ['root', '/rootCertificate'],
  ['identity', '/identityCertificate'],
  ['identity-root', '/identityCertificate/rootCertificate'],
  ['ios-scep', '/microsoft.graph.iosScepCertificateProfile/rootCertificate'],
  ['wp81-vpn', '/microsoft.graph.windowsPhone81VpnConfiguration/identityCertificate'],
  ['macos-wired-root', '/microsoft.graph.macOSWiredNetworkConfiguration/rootCertificateForServerValidation'],
  [
    'macos-wired',
    '/microsoft.graph.macOSWiredNetworkConfiguration/identityCertificateForClientAuthentication',
  ],
  [
    'wifi-eap',
    '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/identityCertificateForClientAuthentication',
  ],
  [
    'wifi-eap-root',
    '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/{id}',
  ],
  ['macos-scep', '/microsoft.graph.macOSScepCertificateProfile/rootCertificate'],
  ['wp81-scep', '/microsoft.graph.windowsPhone81SCEPCertificateProfile/rootCertificate'],
  ['windows-scep', '/microsoft.graph.windows81SCEPCertificateProfile/rootCertificate'],
  ['android-cert', '/microsoft.graph.androidDeviceOwnerCertificateProfileBase/rootCertificate'],
  [
    'android-wifi',
    '/microsoft.graph.androidDeviceOwnerEnterpriseWiFiConfiguration/identityCertificateForClientAuthentication',
  ],
  ['windows-vpn', '/microsoft.graph.windows10VpnConfiguration/identityCertificate'],
];

const UNCAST: readonly RouteName[] = ['root', 'identity', 'identity-root'];

function pathOn({ samples }: Emulator, name: RouteName, suffix: string): string {
  const sample = samples[name];
  if (sample === undefined) throw new Error(`no sample for ${name}`);
  const filled = suffix.replace('{id}', sample.certificateId ?? 'missing');
  return `/deviceManagement/deviceConfigurations/${sample.deviceConfigurationId}${filled}`;
}

let loose: Emulator;
let strict: Emulator;

beforeAll(async () => {
  loose = await startEmulator({ clock });
  strict = await startEmulator({ clock, strictOdata: true });
});

afterAll(() => Promise.all([loose.close(), strict.close()]));

describe.each(ROUTES)('%s', (name, suffix) => {
  test('a PATCH changes the overview of its target, and no other', async () => {
    const path = pathOn(loose, name, suffix);
    const { json: linked } = await request(loose, 'GET', `/beta${path}?$select=id`);
    const before = await overviews(loose);
    const count = 1_000 + ROUTES.findIndex(([other]) => other === name);
    const { status, json } = await request(loose, 'PATCH', `/beta${path}/deviceStatusOverview`, {
      pendingCount: count,
    });
    expect(status).toBe(200);
    expect(json.pendingCount).toBe(count);
    const after = await overviews(loose);
    const changed = Object.keys(after).filter(
      (id) => JSON.stringify(after[id]) !== JSON.stringify(before[id]),
    );
    expect(changed).toEqual([linked.id]);
    expect(after[String(linked.id)]).toMatchObject({ pendingCount: count });
  });

  test(UNCAST.includes(name) ? 'is rejected by a strict service' : 'exists on a strict service', async () => {
    const { status, json } = await request(
      strict,
      'GET',
      `/beta${pathOn(strict, name, suffix)}/deviceStatusOverview`,
    );
    if (!UNCAST.includes(name)) {
      expect(status).toBe(200);
      return;
    }
    expect(status).toBe(400);
    expect(json.error.message).toMatch(/^Resource not found for the segment '(root|identity)Certificate'\.$/);
  });

  test(name === 'direct' ? 'exists in v1.0' : 'does not exist in v1.0', async () => {
    const { status } = await request(
      strict,
      'GET',
      `/v1.0${pathOn(strict, name, suffix)}/deviceStatusOverview`,
    );
    expect(status).toBe(name === 'direct' ? 200 : 400);
  });
});

/** The overview of every configuration, by the configuration's id. */
async function overviews(emulator: Emulator): Promise<Record<string, unknown>> {
  const { json } = await request(
    emulator,
    'GET',
    '/beta/deviceManagement/deviceConfigurations?$expand=deviceStatusOverview&$top=999',
  );
  return Object.fromEntries(
    (json.value as { id: string; deviceStatusOverview: unknown }[]).map((one) => [
      one.id,
      one.deviceStatusOverview,
    ]),
  );
}

describe('a path', () => {
  const configurations = '/beta/deviceManagement/deviceConfigurations';

  test.each([
    [
      'a derived type',
      '000000000d/microsoft.graph.iosikEv2VpnConfiguration/identityCertificate/deviceStatusOverview',
      200,
    ],
    [
      'its base type',
      '000000000d/microsoft.graph.iosVpnConfiguration/identityCertificate/deviceStatusOverview',
      200,
    ],
    [
      'two types in the path',
      '000000000c/microsoft.graph.iosVpnConfiguration/identityCertificate/microsoft.graph.iosScepCertificateProfile/rootCertificate/deviceStatusOverview',
      200,
    ],
    [
      'no type where none is needed',
      '000000000e/microsoft.graph.androidVpnConfiguration/identityCertificate/rootCertificate/deviceStatusOverview',
      200,
    ],
    [
      'a cycle',
      '0000000015/microsoft.graph.windowsDomainJoinConfiguration/networkAccessConfigurations/5a3b1c00-0b1e-4d5a-9c3e-000000000002/deviceStatusOverview',
      200,
    ],
    [
      'an assignment',
      '0000000015/groupAssignments/5a3b1c00-0b1e-4d5a-9c3e-000000000015_9b1d4e00-0b1e-4d5a-9c3e-000000000002/deviceConfiguration/deviceStatusOverview',
      200,
    ],
    ['a missing assignment', '0000000015/groupAssignments/1/deviceConfiguration/deviceStatusOverview', 404],
    [
      'a type that the configuration does not have',
      '0000000001/microsoft.graph.iosVpnConfiguration/identityCertificate/deviceStatusOverview',
      404,
    ],
    ['an unknown type', '0000000001/microsoft.graph.nonsense/deviceStatusOverview', 400],
    [
      'a type that is not a configuration',
      '0000000001/microsoft.graph.deviceConfigurationGroupAssignment/deviceStatusOverview',
      400,
    ],
    [
      'an empty link',
      '000000000d/microsoft.graph.iosVpnConfiguration/identityCertificate/microsoft.graph.iosPkcsCertificateProfile/deviceStatusOverview',
      404,
    ],
    [
      'an id that is not linked',
      '0000000002/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/x/deviceStatusOverview',
      404,
    ],
    ['a segment after the overview', '0000000001/deviceStatusOverview/more', 400],
    ['an unknown id', '00000000ff/deviceStatusOverview', 404],
    ['a wrong escape', '0000000001%zz/deviceStatusOverview', 400],
  ])('with %s is answered as expected', async (_, path, status) => {
    const answer = await request(loose, 'GET', `${configurations}/5a3b1c00-0b1e-4d5a-9c3e-00${path}`);
    expect(answer.status).toBe(status);
    if (status !== 200) {
      expect(answer.json.error.innerError['request-id']).toBe(answer.headers['request-id']);
      expect(answer.json.error.code).toBe(status === 404 ? 'ResourceNotFound' : 'BadRequest');
    }
  });
});
