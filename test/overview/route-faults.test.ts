import { describe, expect, test } from '@jest/globals';
import { type RouteOptions, readRoute } from '../../src/overview/route.ts';

const NAMED = '`graph-overview routes` lists the named ones';
const FROM_LIST = 'take the id from `graph-overview list` or from the portal’s address bar';
const beta = { apiVersion: 'beta' } as const;
const v1 = { apiVersion: 'v1.0' } as const;
const TWICE = 'groupAssignments/{id}/deviceConfiguration/groupAssignments/{other}/deviceConfiguration';

describe('a wrong route is answered in whole', () => {
  test.each<readonly [string, RouteOptions, string, string]>([
    ['', beta, '--via "" has an empty segment', '`graph-overview routes` lists what it takes'],
    ['/', beta, '--via "/" has an empty segment', '`graph-overview routes` lists what it takes'],
    ['a//b', beta, '--via "a//b" has an empty segment', '`graph-overview routes` lists what it takes'],
    ['/root/', beta, '--via "/root/" has an empty segment', '`graph-overview routes` lists what it takes'],
    [
      'wifi-eapp',
      beta,
      '--via "wifi-eapp" is no route of beta: deviceConfiguration has no "wifi-eapp"',
      `did you mean wifi-eap or wifi-eap-root or ios-scep? ${NAMED}`,
    ],
    [
      'wifi-eapp',
      v1,
      '--via "wifi-eapp" is no route of v1.0: deviceConfiguration has no "wifi-eapp"',
      `did you mean direct? ${NAMED}`,
    ],
    [
      'microsoft.graph.iosVpnConfiguration/identityCertificate',
      v1,
      '--via "microsoft.graph.iosVpnConfiguration/identityCertificate" is no route of v1.0: v1.0 has no type microsoft.graph.iosVpnConfiguration among the device configurations',
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
      'wifi-eap-root leads through a collection and needs the id of the certificate profile',
      'give it with `--certificate-id <id>`',
    ],
    [
      'groupAssignments/{id}/deviceConfiguration',
      beta,
      '--via groupAssignments/{id}/deviceConfiguration leads through a collection and needs the id of the certificate profile',
      'give it with `--certificate-id <id>`',
    ],
    [
      'wifi-eap',
      { ...beta, certificateId: 'x' },
      'wifi-eap has no place for --certificate-id "x"',
      'leave it out',
    ],
    [
      'groupAssignments/1/deviceConfiguration',
      { ...beta, certificateId: 'x' },
      '--via groupAssignments/1/deviceConfiguration has no place for --certificate-id "x"',
      'leave it out',
    ],
    [
      TWICE,
      { ...beta, certificateId: 'x' },
      `--via ${TWICE} has 2 open ids, and --certificate-id is only one`,
      'put the ids in place',
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

  test('a collection in v1.0 has two errors', async () => {
    await expect(readRoute('wifi-eap-root', v1)).rejects.toMatchObject({
      details: {
        errors: [
          'the route wifi-eap-root does not exist in v1.0, only in beta (use `--api-version beta`)',
          'wifi-eap-root leads through a collection and needs the id of the certificate profile (give it with `--certificate-id <id>`)',
        ],
      },
    });
  });

  test('without --via there is no place for an id either', async () => {
    await expect(readRoute(undefined, { ...beta, certificateId: 'x' })).rejects.toMatchObject({
      message: 'direct has no place for --certificate-id "x"',
    });
  });
});
