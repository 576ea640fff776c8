import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CloudName } from '../../src/catalog/clouds.ts';
import { cloudTarget } from '../../src/graph/target.ts';
import { checkToken } from '../../src/sign-in/check-token.ts';
import { lacks, readClaims } from '../../src/sign-in/claims.ts';

const NOW = Date.UTC(2026, 0, 1);

function jwt(claims: Record<string, unknown>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.signature`;
}

function check(claims: Record<string, unknown>, cloud: CloudName): string {
  try {
    checkToken({ value: jwt(claims), expires: undefined, method: 'token' }, cloudTarget(cloud, 'beta'), NOW);
    return 'ok';
  } catch (error) {
    const { message, details } = error as { message: string; details: { hint: string } };
    return `${message} | ${details.hint}`;
  }
}

describe('a token is for one cloud', () => {
  test.each([
    ['global', { aud: 'https://graph.microsoft.com', iss: 'https://sts.windows.net/t/' }],
    ['global', { aud: 'https://graph.microsoft.com/' }],
    ['usgov', { aud: 'https://graph.microsoft.us' }],
    ['dod', { aud: 'https://dod-graph.microsoft.us' }],
    ['china', { aud: 'https://microsoftgraph.chinacloudapi.cn' }],
    [
      'global',
      { aud: '00000003-0000-0000-c000-000000000000', iss: 'https://login.microsoftonline.com/t/v2.0' },
    ],
    [
      'usgov',
      { aud: '00000003-0000-0000-c000-000000000000', iss: 'https://login.microsoftonline.us/t/v2.0' },
    ],
    ['dod', { aud: '00000003-0000-0000-c000-000000000000', iss: 'https://login.microsoftonline.us/t/v2.0' }],
    [
      'china',
      { aud: '00000003-0000-0000-c000-000000000000', iss: 'https://login.partner.microsoftonline.cn/t/v2.0' },
    ],
    ['china', { aud: '00000003-0000-0000-c000-000000000000' }],
    ['china', {}],
  ] as const)('%s takes %j', (cloud, claims) => {
    expect(check(claims, cloud)).toBe('ok');
  });

  test.each([
    ['global', { aud: 'https://graph.microsoft.us' }, '--cloud usgov'],
    ['usgov', { aud: 'https://dod-graph.microsoft.us' }, '--cloud dod'],
    ['usgov', { aud: 'https://graph.microsoft.com' }, '--cloud global'],
    ['global', { aud: 'https://microsoftgraph.chinacloudapi.cn' }, '--cloud china'],
    [
      'china',
      { aud: '00000003-0000-0000-c000-000000000000', iss: 'https://login.microsoftonline.us/t/v2.0' },
      '--cloud usgov',
    ],
    ['global', { aud: 'https://management.azure.com/' }, 'https://graph.microsoft.com/.default'],
  ] as const)('%s refuses %j with the right --cloud', (cloud, claims, hint) => {
    expect(check(claims, cloud)).toContain(hint);
  });
});

test('an expired token is refused, one of this second not yet', () => {
  expect(check({ exp: NOW / 1_000 }, 'global')).toContain('expired at 2026-01-01T00:00:00.000Z');
  expect(check({ exp: NOW / 1_000 + 1 }, 'global')).toBe('ok');
});

test('permissions are read from scp and roles', () => {
  const of = (claims: Record<string, unknown>) => readClaims(jwt(claims)) ?? { permissions: undefined };
  const write = 'DeviceManagementConfiguration.ReadWrite.All';
  const read = 'DeviceManagementConfiguration.Read.All';
  expect(lacks(of({ scp: `User.Read ${write}` }), 'write')).toBe(false);
  expect(lacks(of({ roles: [write] }), 'read')).toBe(false);
  expect(lacks(of({ roles: [read] }), 'read')).toBe(false);
  expect(lacks(of({ roles: [read] }), 'write')).toBe(true);
  expect(lacks(of({ scp: '' }), 'read')).toBe(true);
  expect(lacks(of({}), 'write')).toBe(false);
});

test('whatever a token holds, reading it never fails', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.jsonValue().map((value) => jwt(value as never)),
      ),
      (token) => {
        readClaims(token);
      },
    ),
  );
});
