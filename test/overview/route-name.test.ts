import { describe, expect, test } from '@jest/globals';
import { configurationPath, readRoute } from '../../src/overview/route.ts';

const beta = { apiVersion: 'beta' } as const;
const WIFI = 'microsoft.graph.windowsWifiEnterpriseEAPConfiguration';

describe('a documented path goes by its name', () => {
  test.each([
    ['deviceStatusOverview', 'direct', [], false],
    ['/deviceStatusOverview', 'direct', [], false],
    ['rootCertificate', 'root', ['rootCertificate'], true],
    [
      '/identityCertificate/rootCertificate/deviceStatusOverview',
      'identity-root',
      ['identityCertificate', 'rootCertificate'],
      true,
    ],
    [
      `${WIFI}/identityCertificateForClientAuthentication`,
      'wifi-eap',
      [WIFI, 'identityCertificateForClientAuthentication'],
      false,
    ],
  ])('%s: %s', async (via, name, segments, uncast) => {
    expect(await readRoute(via, beta)).toEqual({ via: name, segments, certificateId: undefined, uncast });
  });

  test('with the id of the certificate profile in its place', async () => {
    expect(
      await readRoute(`${WIFI}/rootCertificatesForServerValidation/{id}`, { ...beta, certificateId: 'c' }),
    ).toEqual({
      via: 'wifi-eap-root',
      segments: [WIFI, 'rootCertificatesForServerValidation', 'c'],
      certificateId: 'c',
      uncast: false,
    });
  });
});

describe('another path goes by itself, with its ids in place', () => {
  test.each([
    ['groupAssignments/{id}/deviceConfiguration', 'a b', 'groupAssignments/a b/deviceConfiguration', 'a b'],
    ['/groupAssignments/{}/deviceConfiguration', 'c', 'groupAssignments/c/deviceConfiguration', 'c'],
    // Braces within an id belong to it.
    [
      'groupAssignments/a{b}/deviceConfiguration',
      undefined,
      'groupAssignments/a{b}/deviceConfiguration',
      'a{b}',
    ],
    [
      'groupAssignments/{b}c/deviceConfiguration',
      undefined,
      'groupAssignments/{b}c/deviceConfiguration',
      '{b}c',
    ],
    [
      'groupAssignments/{{b}}/deviceConfiguration',
      undefined,
      'groupAssignments/{{b}}/deviceConfiguration',
      '{{b}}',
    ],
  ])('%s with %s', async (path, certificateId, via, id) => {
    expect(await readRoute(path, { ...beta, certificateId })).toEqual({
      via,
      segments: ['groupAssignments', id, 'deviceConfiguration'],
      certificateId: undefined,
      uncast: false,
    });
  });

  test('only ids are checked as ids', async () => {
    expect((await readRoute('microsoft.graph.iosVpnConfiguration', beta)).segments).toEqual([
      'microsoft.graph.iosVpnConfiguration',
    ]);
  });
});

test('the path of a configuration', () => {
  expect(configurationPath('a/b')).toBe('/deviceManagement/deviceConfigurations/a%2Fb');
  expect(configurationPath('x', ['rootCertificate', 'c d'])).toBe(
    '/deviceManagement/deviceConfigurations/x/rootCertificate/c%20d',
  );
});
