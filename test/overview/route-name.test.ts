import { describe, expect, test } from '@jest/globals';
import { configurationPath, readRoute } from '../../src/overview/route.ts';

const beta = { apiVersion: 'beta' } as const;
const WIFI = 'microsoft.graph.windowsWifiEnterpriseEAPConfiguration';

describe('a documented path has its name', () => {
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

  test('with the id of the certificate profile in the path', async () => {
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

describe('another path is its own name, with its ids', () => {
  test.each([
    '7',
    // Braces within an id are part of it.
    'a{b}',
    '{b}c',
    '{{b}}',
  ])('%s', async (id) => {
    expect(await readRoute(`/groupAssignments/${id}/deviceConfiguration/deviceStatusOverview`, beta)).toEqual(
      {
        via: `groupAssignments/${id}/deviceConfiguration`,
        segments: ['groupAssignments', id, 'deviceConfiguration'],
        certificateId: undefined,
        uncast: false,
      },
    );
  });

  test.each([
    ['{id}', 'a b'],
    ['{}', 'a/b'],
    ['{id}', '{c}'],
  ])('or with the placeholder %s replaced by %s', async (open, certificateId) => {
    const route = await readRoute(`groupAssignments/${open}/deviceConfiguration`, { ...beta, certificateId });
    expect(route).toEqual({
      via: `groupAssignments/${open}/deviceConfiguration`,
      segments: ['groupAssignments', certificateId, 'deviceConfiguration'],
      certificateId,
      uncast: false,
    });
    // A journal with both values leads to the same overview again.
    expect(await readRoute(route.via, { ...beta, certificateId: route.certificateId })).toEqual(route);
  });

  test('but a type is not validated as an id', async () => {
    expect((await readRoute('microsoft.graph.iosVpnConfiguration', beta)).segments).toEqual([
      'microsoft.graph.iosVpnConfiguration',
    ]);
  });
});

test('the path of a configuration has escaped segments', () => {
  expect(configurationPath('a/b')).toBe('/deviceManagement/deviceConfigurations/a%2Fb');
  expect(configurationPath('x', ['rootCertificate', 'c d'])).toBe(
    '/deviceManagement/deviceConfigurations/x/rootCertificate/c%20d',
  );
});
