import { describe, expect, test } from '@jest/globals';
import { isA, navigationOf, navigationsOf, typeNameOf, walk } from '../../src/overview/metadata.ts';

const WIFI = 'microsoft.graph.windowsWifiEnterpriseEAPConfiguration';

describe('the name of a type', () => {
  test.each([
    ['microsoft.graph.iosVpnConfiguration', 'iosVpnConfiguration'],
    ['#microsoft.graph.iosVpnConfiguration', 'iosVpnConfiguration'],
    ['microsoft.graph.', ''],
    ['iosVpnConfiguration', undefined],
    ['microsoft.graphs.iosVpnConfiguration', undefined],
    ['microsoft#.graph.iosVpnConfiguration', undefined],
    ['x.microsoft.graph.iosVpnConfiguration', undefined],
  ])('%s: %s', (text, name) => {
    expect(typeNameOf(text)).toBe(name);
  });
});

describe('inheritance', () => {
  test.each([
    ['iosikEv2VpnConfiguration', 'iosikEv2VpnConfiguration', true],
    ['iosikEv2VpnConfiguration', 'iosVpnConfiguration', true],
    ['iosikEv2VpnConfiguration', 'deviceConfiguration', true],
    ['iosVpnConfiguration', 'iosikEv2VpnConfiguration', false],
    ['deviceConfigurationGroupAssignment', 'deviceConfiguration', false],
    ['entity', 'entity', false],
  ])('%s is a %s: %s', (type, base, expected) => {
    expect(isA(type, base)).toBe(expected);
  });

  test('navigation properties have the type that declares them, nearest first', () => {
    expect(navigationsOf('iosikEv2VpnConfiguration')).toEqual([
      {
        name: 'identityCertificate',
        target: 'iosCertificateProfileBase',
        collection: false,
        declaredOn: 'iosVpnConfiguration',
      },
      {
        name: 'groupAssignments',
        target: 'deviceConfigurationGroupAssignment',
        collection: true,
        declaredOn: 'deviceConfiguration',
      },
    ]);
    expect(navigationOf('iosikEv2VpnConfiguration', 'groupAssignments')?.declaredOn).toBe(
      'deviceConfiguration',
    );
    expect(navigationOf('iosikEv2VpnConfiguration', 'rootCertificate')).toBeUndefined();
    expect(navigationsOf('entity')).toEqual([]);
  });
});

describe('a path is found with its type and the positions of its ids', () => {
  test.each([
    ['', [], 'deviceConfiguration'],
    ['microsoft.graph.iosVpnConfiguration', [], 'iosVpnConfiguration'],
    ['microsoft.graph.iosVpnConfiguration/identityCertificate', [], 'iosCertificateProfileBase'],
    [`${WIFI}/rootCertificatesForServerValidation/7`, [2], 'windows81TrustedRootCertificate'],
    ['groupAssignments/1/deviceConfiguration', [1], 'deviceConfiguration'],
    [
      'groupAssignments/1/deviceConfiguration/microsoft.graph.windowsDomainJoinConfiguration/networkAccessConfigurations/2',
      [1, 5],
      'deviceConfiguration',
    ],
  ])('%j', (path, ids, type) => {
    expect(walk(path.split('/').filter(Boolean), 'beta')).toEqual({ found: true, ids, type });
  });
});

describe('an invalid path is rejected with the reason', () => {
  test.each([
    ['beta', 'rootCertificate', 'deviceConfiguration has no navigation property "rootCertificate"'],
    ['beta', 'groupAssignments', 'groupAssignments is a collection: an id must follow'],
    [
      'beta',
      'groupAssignments/1',
      'the path ends at a deviceConfigurationGroupAssignment, which has no device status overview',
    ],
    [
      'beta',
      'microsoft.graph.windowsDomainJoinConfiguration/networkAccessConfigurations',
      'networkAccessConfigurations is a collection: an id must follow',
    ],
    ['beta', `#${WIFI}`, `deviceConfiguration has no navigation property "#${WIFI}"`],
    [
      'beta',
      'microsoft.graph.iosVpn/identityCertificate',
      'beta has no device configuration type microsoft.graph.iosVpn',
    ],
    ['v1.0', 'microsoft.graph.iosVpn', 'v1.0 has no device configuration type microsoft.graph.iosVpn'],
    [
      'v1.0',
      'microsoft.graph.iosVpnConfiguration',
      'v1.0 has no device configuration type microsoft.graph.iosVpnConfiguration',
    ],
    [
      'v1.0',
      'groupAssignments/1/deviceConfiguration',
      'deviceConfiguration has no navigation property "groupAssignments"',
    ],
    [
      'beta',
      'microsoft.graph.iosVpnConfiguration/microsoft.graph.macOSVpnConfiguration',
      'macOSVpnConfiguration is not derived from iosVpnConfiguration',
    ],
    [
      'beta',
      'microsoft.graph.deviceConfigurationGroupAssignment',
      'deviceConfigurationGroupAssignment is not derived from deviceConfiguration',
    ],
  ] as const)('%s: %s', (apiVersion, path, problem) => {
    expect(walk(path.split('/'), apiVersion)).toEqual({ found: false, problem });
  });
});
