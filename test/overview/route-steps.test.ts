import { describe, expect, test } from '@jest/globals';
import { nextSteps, type RouteStep } from '../../src/overview/route-steps.ts';

const WIFI = 'microsoft.graph.windowsWifiEnterpriseEAPConfiguration';
const JOIN = 'microsoft.graph.windowsDomainJoinConfiguration';
const IOS_VPN = 'microsoft.graph.iosVpnConfiguration';
const IOS_SCEP = 'microsoft.graph.iosScepCertificateProfile';

const step = (segment: string, description: string, ends: boolean, continues: boolean): RouteStep => ({
  segment,
  description,
  ends,
  continues,
});

describe('the next segments of', () => {
  test.each<readonly [string, readonly RouteStep[]]>([
    [
      WIFI,
      [
        step('identityCertificateForClientAuthentication', 'windowsCertificateProfileBase', true, true),
        step('rootCertificateForClientValidation', 'windows81TrustedRootCertificate', true, false),
        step(
          'rootCertificatesForServerValidation',
          'Collection of windows81TrustedRootCertificate',
          false,
          true,
        ),
      ],
    ],
    [
      `${WIFI}/rootCertificatesForServerValidation`,
      [step('{id}', 'Id of a windows81TrustedRootCertificate, or {id} with --certificate-id', true, false)],
    ],
    [`${WIFI}/rootCertificatesForServerValidation/7`, []],
    [JOIN, [step('networkAccessConfigurations', 'Collection of deviceConfiguration', false, true)]],
    [
      `${JOIN}/networkAccessConfigurations`,
      [step('{id}', 'Id of a deviceConfiguration, or {id} with --certificate-id', true, true)],
    ],
    [
      IOS_VPN,
      [
        step('identityCertificate', 'iosCertificateProfileBase', true, true),
        step('microsoft.graph.iosikEv2VpnConfiguration', 'identityCertificate', false, true),
      ],
    ],
    [`${IOS_VPN}/identityCertificate`, [step(IOS_SCEP, 'rootCertificate', false, true)]],
    [
      `${IOS_VPN}/identityCertificate/${IOS_SCEP}`,
      [step('rootCertificate', 'iosTrustedRootCertificate', true, false)],
    ],
    [`${IOS_VPN}/identityCertificate/${IOS_SCEP}/rootCertificate`, []],
    [
      'microsoft.graph.appleVpnConfiguration',
      [
        step(IOS_VPN, 'identityCertificate', false, true),
        step('microsoft.graph.iosikEv2VpnConfiguration', 'identityCertificate', false, true),
        step('microsoft.graph.macOSVpnConfiguration', 'identityCertificate', false, true),
      ],
    ],
  ])('%s', (path, steps) => {
    expect(nextSteps(path.split('/'), 'beta')).toEqual(steps);
  });

  test.each([
    'rootCertificate',
    'groupAssignments',
    'microsoft.graph.entity',
    `${IOS_VPN}/microsoft.graph.macOSVpnConfiguration`,
    `${IOS_VPN}/rootCertificate`,
    // A valid segment after a wrong one does not make the path valid.
    `x/${IOS_VPN}`,
    `${IOS_VPN}/identityCertificates/${IOS_SCEP}`,
  ])('%s are none', (path) => {
    expect(nextSteps(path.split('/'), 'beta')).toEqual([]);
  });
});

describe('the first segments', () => {
  test('are the 54 types with routes, each with its navigation properties', () => {
    const casts = nextSteps([], 'beta');
    expect(casts).toHaveLength(54);
    expect(casts.at(0)).toEqual(
      step('microsoft.graph.androidCertificateProfileBase', 'rootCertificate', false, true),
    );
    expect(casts.find(({ segment }) => segment === WIFI)).toEqual(
      step(
        WIFI,
        'identityCertificateForClientAuthentication, rootCertificateForClientValidation, rootCertificatesForServerValidation',
        false,
        true,
      ),
    );
  });

  test('are also those after the id of any configuration', () => {
    expect(nextSteps([JOIN, 'networkAccessConfigurations', IOS_VPN], 'beta')).toEqual(nextSteps([], 'beta'));
  });

  test('are none in v1.0', () => {
    expect(nextSteps([], 'v1.0')).toEqual([]);
    expect(nextSteps([WIFI], 'v1.0')).toEqual([]);
  });
});
