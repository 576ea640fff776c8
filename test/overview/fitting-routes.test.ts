import { describe, expect, test } from '@jest/globals';
import { fits, fittingRoutes } from '../../src/overview/fitting-routes.ts';

const DIRECT = { via: 'direct', path: '', short: true };
const IOS_VPN = 'microsoft.graph.iosVpnConfiguration';
const IOS_SCEP = 'microsoft.graph.iosScepCertificateProfile';
const WIFI = 'microsoft.graph.windowsWifiEnterpriseEAPConfiguration';
const WINDOWS_SCEP = 'microsoft.graph.windows81SCEPCertificateProfile';

const IOS_VPN_ROUTES = [
  DIRECT,
  { via: `${IOS_VPN}/identityCertificate`, path: `/${IOS_VPN}/identityCertificate`, short: true },
  {
    via: `${IOS_VPN}/identityCertificate/${IOS_SCEP}/rootCertificate`,
    path: `/${IOS_VPN}/identityCertificate/${IOS_SCEP}/rootCertificate`,
    short: false,
  },
];

describe('the routes in beta that fit a configuration of the type', () => {
  test.each([
    ['deviceConfiguration', [DIRECT]],
    ['windowsDomainJoinConfiguration', [DIRECT]],
    ['unknownConfiguration', [DIRECT]],
    ['iosVpnConfiguration', IOS_VPN_ROUTES],
    // A derived type has the routes of its base type.
    ['iosikEv2VpnConfiguration', IOS_VPN_ROUTES],
    [
      'iosScepCertificateProfile',
      [DIRECT, { via: 'ios-scep', path: `/${IOS_SCEP}/rootCertificate`, short: true }],
    ],
    [
      'windowsWifiEnterpriseEAPConfiguration',
      [
        DIRECT,
        { via: 'wifi-eap', path: `/${WIFI}/identityCertificateForClientAuthentication`, short: true },
        {
          via: `${WIFI}/identityCertificateForClientAuthentication/${WINDOWS_SCEP}/rootCertificate`,
          path: `/${WIFI}/identityCertificateForClientAuthentication/${WINDOWS_SCEP}/rootCertificate`,
          short: false,
        },
        {
          via: `${WIFI}/rootCertificateForClientValidation`,
          path: `/${WIFI}/rootCertificateForClientValidation`,
          short: true,
        },
        { via: 'wifi-eap-root', path: `/${WIFI}/rootCertificatesForServerValidation/{id}`, short: true },
      ],
    ],
  ])('%s', (type, routes) => {
    expect(fittingRoutes(type, 'beta')).toEqual(routes);
  });
});

test('in v1.0 only the configuration itself fits', () => {
  expect(fittingRoutes('iosVpnConfiguration', 'v1.0')).toEqual([DIRECT]);
});

describe('whether a route can start', () => {
  test.each([
    [[], 'unknownConfiguration', true],
    [[IOS_VPN, 'identityCertificate'], 'iosVpnConfiguration', true],
    [[IOS_VPN, 'identityCertificate'], 'iosikEv2VpnConfiguration', true],
    [[IOS_VPN, 'identityCertificate'], 'deviceConfiguration', false],
    [[IOS_VPN, 'identityCertificate'], 'windows10VpnConfiguration', false],
    // Without a cast, the first segment does not name a type.
    [['identityCertificate'], 'iosVpnConfiguration', false],
    [['iosVpnConfiguration', 'identityCertificate'], 'iosVpnConfiguration', false],
  ])('%j from a configuration of type %s: %s', (segments, type, expected) => {
    expect(fits(segments, type)).toBe(expected);
  });
});
