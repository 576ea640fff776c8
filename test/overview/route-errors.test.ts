import { describe, expect, test } from '@jest/globals';
import { type RouteOptions, readRoute } from '../../src/overview/route.ts';

const NAMED = '`graph-overview routes` lists the named routes';
const FROM_LIST = 'take the id from `graph-overview list` or from the portal’s address bar';
const beta = { apiVersion: 'beta' } as const;
const v1 = { apiVersion: 'v1.0' } as const;
const TWICE = 'groupAssignments/{id}/deviceConfiguration/groupAssignments/{other}/deviceConfiguration';

describe('the complete message for an invalid route', () => {
  test.each<readonly [string, RouteOptions, string, string]>([
    ['', beta, '--via "" has an empty segment', '`graph-overview routes` lists the named routes'],
    ['/', beta, '--via "/" has an empty segment', '`graph-overview routes` lists the named routes'],
    ['a//b', beta, '--via "a//b" has an empty segment', '`graph-overview routes` lists the named routes'],
    ['/root/', beta, '--via "/root/" has an empty segment', '`graph-overview routes` lists the named routes'],
    [
      'wifi-eapp',
      beta,
      '--via "wifi-eapp" is not a route in beta: deviceConfiguration has no navigation property "wifi-eapp"',
      `did you mean wifi-eap or wifi-eap-root or ios-scep? ${NAMED}`,
    ],
    [
      'wifi-eapp',
      v1,
      '--via "wifi-eapp" is not a route in v1.0: deviceConfiguration has no navigation property "wifi-eapp"',
      `did you mean direct? ${NAMED}`,
    ],
    [
      'microsoft.graph.iosVpnConfiguration/identityCertificate',
      v1,
      '--via "microsoft.graph.iosVpnConfiguration/identityCertificate" is not a route in v1.0: v1.0 has no device configuration type microsoft.graph.iosVpnConfiguration',
      'use `--api-version beta`',
    ],
    ['root', v1, 'the route root does not exist in v1.0, only in beta', 'use `--api-version beta`'],
    [
      '/rootCertificate',
      v1,
      'the route root does not exist in v1.0, only in beta',
      'use `--api-version beta`',
    ],
    [
      'wifi-eap-root',
      beta,
      'wifi-eap-root is a route through a collection and needs the id of the certificate profile',
      'give it with `--certificate-id <id>`',
    ],
    [
      'groupAssignments/{id}/deviceConfiguration',
      beta,
      '--via groupAssignments/{id}/deviceConfiguration is a route through a collection and needs the id of the certificate profile',
      'give it with `--certificate-id <id>`',
    ],
    [
      'wifi-eap',
      { ...beta, certificateId: 'x' },
      'wifi-eap takes no certificate id, but --certificate-id is "x"',
      'remove --certificate-id',
    ],
    [
      'groupAssignments/1/deviceConfiguration',
      { ...beta, certificateId: 'x' },
      '--via groupAssignments/1/deviceConfiguration takes no certificate id, but --certificate-id is "x"',
      'remove --certificate-id',
    ],
    [
      TWICE,
      { ...beta, certificateId: 'x' },
      `--via ${TWICE} has 2 placeholders, but --certificate-id is one id`,
      'replace the placeholders with ids',
    ],
    [
      'wifi-eap-root',
      { ...beta, certificateId: '..' },
      '--certificate-id ".." would change the path of the request',
      FROM_LIST,
    ],
    [
      'groupAssignments/../deviceConfiguration',
      beta,
      'the id in --via groupAssignments/../deviceConfiguration: ".." would change the path of the request',
      FROM_LIST,
    ],
  ])('%j %j', async (via, options, message, hint) => {
    await expect(readRoute(via, options)).rejects.toMatchObject({
      kind: 'usage',
      message,
      details: { hint },
    });
  });

  test('a path that is much longer than every route has no suggestion', async () => {
    await expect(readRoute(`${'a/'.repeat(50)}a`, beta)).rejects.toMatchObject({ details: { hint: NAMED } });
  });

  test('a collection in v1.0 has two errors', async () => {
    await expect(readRoute('wifi-eap-root', v1)).rejects.toMatchObject({
      details: {
        errors: [
          'the route wifi-eap-root does not exist in v1.0, only in beta (use `--api-version beta`)',
          'wifi-eap-root is a route through a collection and needs the id of the certificate profile (give it with `--certificate-id <id>`)',
        ],
      },
    });
  });

  test('the default route takes no certificate id', async () => {
    await expect(readRoute(undefined, { ...beta, certificateId: 'x' })).rejects.toMatchObject({
      message: 'direct takes no certificate id, but --certificate-id is "x"',
    });
  });
});
