import { describe, expect, test } from '@jest/globals';
import type { ApiVersion } from '../../src/catalog/properties.ts';
import { nearestRoutes } from '../../src/overview/nearest-route.ts';
import { processorTime } from '../support/processor-time.ts';

const GUID = '9f8e7d6c-1234-4abc-8def-0123456789ab';
const IOS_VPN = 'microsoft.graph.iosVpnConfiguration';
const ZTDNS = 'microsoft.graph.windowsZtdnsConfiguration';

const nearest = (path: string, howMany?: number, apiVersion: ApiVersion = 'beta') =>
  nearestRoutes(path.split('/'), apiVersion, howMany);

describe('the suggestions for a name are names', () => {
  test.each([
    ['vpn', ['wp81-vpn', 'windows-vpn', 'root']],
    ['wired', ['macos-wired', 'macos-wired-root', 'direct']],
    // Two letters are part of too many names.
    ['vp', ['root', 'direct', 'wp81-vpn']],
    ['x', ['root', 'direct', 'identity']],
    // The names of the paths without a type.
    ['rootcertificate', ['root', 'identity-root', 'identity']],
    ['identitycertificateforclientauthentication', ['identity', 'identity-root', 'root']],
  ])('%s', (wrong, right) => {
    expect(nearest(wrong)).toEqual(right);
  });

  test('including every name of beta, and no path, if all are requested', () => {
    const all = nearest('vpn', 200);
    expect(all).toHaveLength(16);
    expect(all.filter((via) => via.includes('/'))).toEqual([]);
  });
});

describe('the suggestions for a path are names and paths', () => {
  test.each([
    [
      'identityCertificate',
      ['identity', 'identity-root', 'microsoft.graph.androidDeviceOwnerVpnConfiguration/identityCertificate'],
    ],
    [
      'iosvpnconfiguration/identitycertificate',
      [
        `${IOS_VPN}/identityCertificate`,
        'microsoft.graph.macOSVpnConfiguration/identityCertificate',
        'microsoft.graph.androidVpnConfiguration/identityCertificate',
      ],
    ],
    [
      `${IOS_VPN}/identityCertificat`,
      [
        `${IOS_VPN}/identityCertificate`,
        'microsoft.graph.macOSVpnConfiguration/identityCertificate',
        'microsoft.graph.androidVpnConfiguration/identityCertificate',
      ],
    ],
    [
      'androidVpnConfiguration/identityCertificate/rootCertificat',
      [
        'microsoft.graph.androidVpnConfiguration/identityCertificate/rootCertificate',
        'microsoft.graph.androidForWorkVpnConfiguration/identityCertificate/rootCertificate',
        'microsoft.graph.androidVpnConfiguration/identityCertificate',
      ],
    ],
    // The configuration itself has a name, but no path.
    ['A', ['root', 'direct', 'wifi-eap']],
  ])('%s', (wrong, right) => {
    expect(nearest(wrong)).toEqual(right);
  });

  test('including each name and each path once, if all are requested', () => {
    const all = nearest('A', 200);
    expect(all).toHaveLength(16 + 87);
    expect(new Set(all).size).toBe(all.length);
    expect(all).not.toContain('');
  });
});

describe('a segment is an id if it is a GUID', () => {
  test.each([
    [GUID, `${ZTDNS}/rootCertificatesForClientValidation/{id}`],
    [GUID.toUpperCase(), `${ZTDNS}/rootCertificatesForClientValidation/{id}`],
    [`x${GUID}`, `${IOS_VPN}/identityCertificate`],
    [`${GUID}x`, `${IOS_VPN}/identityCertificate`],
    [GUID.replaceAll('-', ''), `${IOS_VPN}/identityCertificate`],
  ])('%s', (id, right) => {
    expect(nearest(`${IOS_VPN}/${id}`, 1)).toEqual([right]);
  });
});

test('for a path with an id, paths with an id are nearer than names', () => {
  expect(nearest(`rootCertificatesForS/${GUID}`, 1)).toEqual([
    'microsoft.graph.androidDeviceOwnerEnterpriseWiFiConfiguration/rootCertificatesForServerValidation/{id}',
  ]);
  expect(nearest('rootCertificatesForS', 1)).toEqual(['root']);
});

test('for an empty path the shortest names are nearest', () => {
  expect(nearestRoutes([], 'beta')).toEqual(['root', 'identity', 'direct']);
});

test('v1.0 has only the configuration itself', () => {
  expect(nearest('vpn', 3, 'v1.0')).toEqual(['direct']);
  expect(nearest(`${IOS_VPN}/identityCertificate`, 3, 'v1.0')).toEqual(['direct']);
});

describe('a path has suggestions up to a limit', () => {
  test.each([
    ['50 segments', `${'A/'.repeat(49)}A`, 1],
    ['51 segments', `${'A/'.repeat(50)}A`, 0],
    ['2,000 characters', 'A'.repeat(2_000), 1],
    ['2,001 characters', 'A'.repeat(2_001), 0],
    ['2,001 characters with a slash', `${'A'.repeat(1_000)}/${'A'.repeat(1_000)}`, 0],
  ])('%s', (_size, path, count) => {
    expect(nearest(path, 1)).toHaveLength(count);
  });
});

test('a path that is much longer than every route has no suggestions, and is not compared', () => {
  const started = processorTime();
  expect(nearest('A/b/'.repeat(200_000))).toEqual([]);
  expect(nearest('A'.repeat(1_000_000))).toEqual([]);
  expect(processorTime() - started).toBeLessThan(1_000);
});
