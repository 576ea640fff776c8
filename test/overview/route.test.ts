import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../../src/outcome/errors.ts';
import { castStep } from '../../src/overview/cast.ts';
import { metadataPaths, walk } from '../../src/overview/metadata.ts';
import { overviewPath, readRoute } from '../../src/overview/route.ts';
import { anyText } from '../support/any-text.ts';

const CONFIGURATIONS = '/deviceManagement/deviceConfigurations';

/** The ten routes of the reference and the six other documented ones, by hand. */
const NAMED: Record<string, string> = {
  direct: '/deviceStatusOverview',
  root: '/rootCertificate/deviceStatusOverview',
  identity: '/identityCertificate/deviceStatusOverview',
  'identity-root': '/identityCertificate/rootCertificate/deviceStatusOverview',
  'ios-scep': '/microsoft.graph.iosScepCertificateProfile/rootCertificate/deviceStatusOverview',
  'wp81-vpn': '/microsoft.graph.windowsPhone81VpnConfiguration/identityCertificate/deviceStatusOverview',
  'macos-wired-root':
    '/microsoft.graph.macOSWiredNetworkConfiguration/rootCertificateForServerValidation/deviceStatusOverview',
  'macos-wired':
    '/microsoft.graph.macOSWiredNetworkConfiguration/identityCertificateForClientAuthentication/deviceStatusOverview',
  'wifi-eap':
    '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/identityCertificateForClientAuthentication/deviceStatusOverview',
  'wifi-eap-root':
    '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/cert-1/deviceStatusOverview',
  'macos-scep': '/microsoft.graph.macOSScepCertificateProfile/rootCertificate/deviceStatusOverview',
  'wp81-scep': '/microsoft.graph.windowsPhone81SCEPCertificateProfile/rootCertificate/deviceStatusOverview',
  'windows-scep': '/microsoft.graph.windows81SCEPCertificateProfile/rootCertificate/deviceStatusOverview',
  'android-cert':
    '/microsoft.graph.androidDeviceOwnerCertificateProfileBase/rootCertificate/deviceStatusOverview',
  'android-wifi':
    '/microsoft.graph.androidDeviceOwnerEnterpriseWiFiConfiguration/identityCertificateForClientAuthentication/deviceStatusOverview',
  'windows-vpn': '/microsoft.graph.windows10VpnConfiguration/identityCertificate/deviceStatusOverview',
};

const FIXTURE = readFileSync(new URL('../fixtures/metadata-routes.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');

const beta = { apiVersion: 'beta' } as const;

async function errorOf(via: string, options: Parameters<typeof readRoute>[1] = beta): Promise<Failure> {
  const error = await readRoute(via, options).then(
    (route) => route,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Failure) return error;
  throw new Error(`${via} was accepted as ${JSON.stringify(error)}`);
}

describe('named routes', () => {
  test.each(Object.entries(NAMED))('%s', async (name, path) => {
    const certificateId = name === 'wifi-eap-root' ? 'cert-1' : undefined;
    const route = await readRoute(name, { ...beta, certificateId });
    expect(overviewPath('abc', route)).toBe(`${CONFIGURATIONS}/abc${path}`);
    expect(route.uncast).toBe(['root', 'identity', 'identity-root'].includes(name));
  });

  test('without --via the overview is that of the configuration itself', async () => {
    expect(overviewPath('abc', await readRoute(undefined, beta))).toBe(
      `${CONFIGURATIONS}/abc/deviceStatusOverview`,
    );
  });

  test('all but direct are rejected by their names in v1.0', async () => {
    await expect(readRoute('direct', { apiVersion: 'v1.0' })).resolves.toMatchObject({ segments: [] });
    for (const name of Object.keys(NAMED).filter((other) => other !== 'direct')) {
      const failure = await errorOf(name, {
        apiVersion: 'v1.0',
        certificateId: name === 'wifi-eap-root' ? 'x' : undefined,
      });
      expect(failure.kind).toBe('usage');
      expect(failure.message).toContain(`the route ${name} does not exist in v1.0`);
    }
  });

  test('a collection needs an id, and no other route accepts one', async () => {
    expect((await errorOf('wifi-eap-root')).details.hint).toContain('--certificate-id');
    expect((await errorOf('wifi-eap', { ...beta, certificateId: 'x' })).message).toContain(
      'takes no certificate id',
    );
    expect((await errorOf('wifi-eap-root', { ...beta, certificateId: '..' })).message).toContain(
      '--certificate-id',
    );
  });
});

describe('paths of the metadata', () => {
  test('the 88 paths without cycles are known, and no others', () => {
    expect(FIXTURE).toHaveLength(88);
    expect(
      metadataPaths()
        .map((path) => `${path}/deviceStatusOverview`)
        .sort(),
    ).toEqual([...FIXTURE].sort());
  });

  test.each(FIXTURE)('%s', async (path) => {
    const withId = path.replace('{id}', 'id-1');
    for (const via of [withId, withId.slice(1), withId.replace(/\/deviceStatusOverview$/, '')]) {
      if (via === '') continue;
      expect(overviewPath('abc', await readRoute(via, beta))).toBe(`${CONFIGURATIONS}/abc${withId}`);
    }
    const template = await readRoute(path, {
      ...beta,
      certificateId: path.includes('{id}') ? 'id-1' : undefined,
    });
    expect(overviewPath('abc', template)).toBe(`${CONFIGURATIONS}/abc${withId}`);
  });

  test.each([
    'microsoft.graph.iosikEv2VpnConfiguration/identityCertificate',
    'microsoft.graph.androidScepCertificateProfile/rootCertificate',
    'microsoft.graph.iosVpnConfiguration/microsoft.graph.iosikEv2VpnConfiguration/identityCertificate',
    'microsoft.graph.androidVpnConfiguration/identityCertificate/microsoft.graph.androidScepCertificateProfile/rootCertificate',
    'microsoft.graph.windowsDomainJoinConfiguration/networkAccessConfigurations/7/microsoft.graph.iosVpnConfiguration/identityCertificate',
    'groupAssignments/1/deviceConfiguration',
    'microsoft.graph.iosVpnConfiguration',
  ])('with derived types and cycles are accepted: %s', async (via) => {
    expect(overviewPath('abc', await readRoute(via, beta))).toBe(
      `${CONFIGURATIONS}/abc/${via}/deviceStatusOverview`,
    );
  });

  test.each([
    ['wifi-eapp', 'wifi-eap'],
    ['IDENTITY', 'identity'],
    ['vpn', 'wp81-vpn'],
    ['rootcertificate', 'root'],
    ['identitycertificate/rootcertificate', 'identity-root'],
    [
      '#microsoft.graph.iosScepCertificateProfile/rootCertificate',
      'microsoft.graph.iosScepCertificateProfile/rootCertificate',
    ],
    [
      'microsoft.graph.iosVpnConfiguration/identitycertificate',
      'microsoft.graph.iosVpnConfiguration/identityCertificate',
    ],
    ['microsoft.graph.iosVpn/identityCertificate', 'microsoft.graph.iosVpnConfiguration/identityCertificate'],
    ['iosVpnConfiguration/identityCertificate', 'microsoft.graph.iosVpnConfiguration/identityCertificate'],
    [
      'microsoft.graph.iosVpnConfiguration/identityCertificate/rootCertificate',
      'microsoft.graph.iosVpnConfiguration/identityCertificate/microsoft.graph.iosScepCertificateProfile/rootCertificate',
    ],
  ])('the first suggestion for %s is %s', async (wrong, right) => {
    const failure = await errorOf(wrong);
    expect(failure.kind).toBe('usage');
    expect(failure.details.hint).toMatch(new RegExp(`^did you mean ${right.replaceAll('.', '\\.')} or `));
  });

  test.each([
    '',
    '/',
    'a//b',
    'microsoft.graph.entity/x',
    'groupAssignments/1',
    'groupAssignments',
    'userStatusOverview',
  ])('%j is not a route', async (via) => {
    expect((await errorOf(via)).kind).toBe('usage');
  });

  test('v1.0 has no navigation properties, but its own types', () => {
    expect(walk(['microsoft.graph.iosCustomConfiguration'], 'v1.0').found).toBe(true);
    expect(walk(['microsoft.graph.iosVpnConfiguration'], 'v1.0').found).toBe(false);
    expect(walk(['microsoft.graph.iosVpnConfiguration', 'identityCertificate'], 'v1.0').found).toBe(false);
  });

  test('with any ids, the path has exactly its segments', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (id, certificateId) => {
        const route = await readRoute('wifi-eap-root', { ...beta, certificateId }).catch(
          (error: Failure) => error,
        );
        if (route instanceof Failure) {
          expect(route.kind).toBe('usage');
          return;
        }
        const url = new URL(`https://graph.example/beta${overviewPath(`x${id.toWellFormed()}`, route)}`);
        const segments = url.pathname.split('/').map(decodeURIComponent);
        expect(segments).toEqual([
          '',
          'beta',
          'deviceManagement',
          'deviceConfigurations',
          `x${id.toWellFormed()}`,
          'microsoft.graph.windowsWifiEnterpriseEAPConfiguration',
          'rootCertificatesForServerValidation',
          certificateId,
          'deviceStatusOverview',
        ]);
      }),
    );
  });
});

describe('castStep', () => {
  test('has the declaring type, also for a derived one', () => {
    expect(castStep('deviceConfiguration', 'iosikEv2VpnConfiguration', 'identityCertificate')).toEqual({
      segments: ['microsoft.graph.iosVpnConfiguration', 'identityCertificate'],
      target: 'iosCertificateProfileBase',
    });
  });

  test('has no type if the declared type has the property', () => {
    expect(
      castStep('androidCertificateProfileBase', 'androidScepCertificateProfile', 'rootCertificate'),
    ).toEqual({
      segments: ['rootCertificate'],
      target: 'androidTrustedRootCertificate',
    });
  });

  test('is undefined if the type has no such property', () => {
    expect(
      castStep('deviceConfiguration', 'iosGeneralDeviceConfiguration', 'rootCertificate'),
    ).toBeUndefined();
  });
});
