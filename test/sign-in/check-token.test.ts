import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CloudName } from '../../src/catalog/clouds.ts';
import { Failure } from '../../src/outcome/errors.ts';
import { checkToken, explainRefusal, tokenLabel } from '../../src/sign-in/check-token.ts';
import { lacks, readClaims } from '../../src/sign-in/claims.ts';
import { environmentToken } from '../../src/sign-in/environment-token.ts';
import { identityRecord } from '../../src/sign-in/identity-record.ts';
import type { AuthMethod } from '../../src/sign-in/methods.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { contextOf, failureOf, jwt, READ, WRITE } from './sign-in-context.ts';

const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const GRAPH = '00000003-0000-0000-c000-000000000000';

function check(claims: unknown, cloud: CloudName, method: AuthMethod = 'token', loopback = false) {
  const { target } = contextOf({ cloud, target: { loopback } });
  return failureOf(() => checkToken({ value: jwt(claims), expires: undefined, method }, target, NOW));
}

describe('the cloud of a token', () => {
  test.each([
    ['global', { aud: 'https://graph.microsoft.com', iss: 'https://sts.windows.net/t/' }],
    ['global', { aud: 'https://graph.microsoft.com/' }],
    ['global', { aud: 'graph.microsoft.com' }],
    ['usgov', { aud: 'https://graph.microsoft.us' }],
    ['dod', { aud: 'https://dod-graph.microsoft.us' }],
    ['china', { aud: 'https://microsoftgraph.chinacloudapi.cn' }],
    ['global', { aud: GRAPH, iss: 'https://login.microsoftonline.com/t/v2.0' }],
    ['global', { iss: 'https://login.microsoftonline.com/t/v2.0' }],
    ['usgov', { aud: GRAPH, iss: 'https://login.microsoftonline.us/t/v2.0' }],
    ['dod', { aud: GRAPH, iss: 'https://login.microsoftonline.us/t/v2.0' }],
    ['china', { aud: GRAPH, iss: 'https://login.partner.microsoftonline.cn/t/v2.0' }],
    ['china', { aud: GRAPH, iss: 'https://login.chinacloudapi.cn/t/v2.0' }],
    ['china', { aud: GRAPH, iss: 'https://sts.chinacloudapi.cn/t/' }],
    ['china', { aud: GRAPH, iss: 'https://sts.windows.net/t/' }],
    ['china', { aud: GRAPH, iss: 'not a URL' }],
    ['china', { aud: GRAPH, iss: 'https://constructor/' }],
    ['china', { aud: GRAPH }],
    ['china', {}],
  ] as const)('%s accepts %j', async (cloud, claims) => {
    expect(await check(claims, cloud)).toBe('ok');
  });

  test.each([
    ['global', { aud: 'https://graph.microsoft.us' }, 'usgov', 'usgov'],
    ['usgov', { aud: 'https://dod-graph.microsoft.us' }, 'dod', 'dod'],
    ['usgov', { aud: 'https://graph.microsoft.com' }, 'global', 'global'],
    ['global', { aud: 'https://microsoftgraph.chinacloudapi.cn' }, 'china', 'china'],
    ['china', { aud: GRAPH, iss: 'https://login.microsoftonline.us/t' }, 'usgov or dod', 'usgov'],
    ['china', { iss: 'https://login.microsoftonline.com/t' }, 'global', 'global'],
    ['global', { iss: 'https://sts.chinacloudapi.cn/t' }, 'china', 'china'],
    ['global', { iss: 'https://login.chinacloudapi.cn/t' }, 'china', 'china'],
    ['global', { iss: 'https://login.partner.microsoftonline.cn/t' }, 'china', 'china'],
  ] as const)('%s refuses %j and names the right --cloud', async (cloud, claims, what, right) => {
    expect(await check(claims, cloud)).toBe(
      `sign-in: the token in GRAPH_TOKEN is for the cloud ${what}, not for ${cloud} | ` +
        `add \`--cloud ${right}\`, or sign in to ${cloud}`,
    );
  });

  test('a token for another service is refused with the scope of Graph', async () => {
    expect(await check({ aud: 'https://management.azure.com/' }, 'usgov', 'azure-cli')).toBe(
      'sign-in: the token of azure-cli is for https://management.azure.com/, not for Microsoft Graph | ' +
        'request one with the scope https://graph.microsoft.us/.default',
    );
  });

  test('any audience is accepted on loopback, and a token that is not a JWT everywhere', async () => {
    expect(await check({ aud: 'https://management.azure.com/' }, 'global', 'token', true)).toBe('ok');
    const { target } = contextOf();
    expect(
      await failureOf(() => checkToken({ value: 'opaque', expires: 1, method: 'token' }, target, NOW)),
    ).toBe('ok');
  });

  test.each([{ aud: 'https://graph.microsoft.us' }, { aud: 'https://management.azure.com/' }, { exp: 1 }])(
    'the failure for %j has refusedToken',
    (claims) => {
      const refused = { value: jwt(claims), expires: undefined, method: 'azd' } as const;
      expect(() => checkToken(refused, contextOf().target, NOW)).toThrow(
        expect.objectContaining({ details: expect.objectContaining({ refusedToken: true }) }),
      );
    },
  );
});

test('a token is refused from its expiry on, and accepted one second before', async () => {
  const expired = 'expired at 2026-01-01T00:00:00.000Z';
  expect(await check({ exp: NOW / 1_000 }, 'global')).toBe(
    `sign-in: the token in GRAPH_TOKEN ${expired} | set GRAPH_TOKEN to a new token`,
  );
  expect(await check({ exp: NOW / 1_000 }, 'global', 'azd', true)).toBe(
    `sign-in: the token of azd ${expired} | check the clock of this machine, or sign in again`,
  );
  expect(await check({ exp: NOW / 1_000 + 1 }, 'global')).toBe('ok');
});

test('a token is called by its variable or its credential', () => {
  expect([tokenLabel('token'), tokenLabel('login')]).toEqual([
    'the token in GRAPH_TOKEN',
    'the token of login',
  ]);
});

describe('the failure of a token that expired recently', () => {
  const refused = new Failure('sign-in', 'the token expired', { hint: 'sign in again', refusedToken: true });
  let graph: RecordingServer;
  let date: string | undefined;
  let delay = 0;

  beforeAll(async () => {
    graph = await startRecordingServer((_, response) => {
      response.sendDate = false;
      if (date !== undefined) response.setHeader('date', date);
      setTimeout(() => response.end('{}'), delay);
    });
  });
  afterAll(() => graph.close());

  /** @param ago how long ago the token expired by this clock; @param skew of this clock, both in milliseconds */
  async function explained(ago: number, skew: number, more: { timeout?: number; signal?: AbortSignal } = {}) {
    date = new Date(NOW - skew).toUTCString();
    const context = contextOf({ ...more, now: NOW, target: { baseUrl: graph.url } });
    const token = { value: jwt({ exp: (NOW - ago) / 1_000 }), expires: undefined, method: 'azd' } as const;
    graph.requests.length = 0;
    return explainRefusal(refused, token, context);
  }

  test('names the wrong clock of this machine', async () => {
    const failure = await explained(MINUTE, 12 * MINUTE);
    expect([failure.kind, failure.message]).toEqual([
      'sign-in',
      'this machine’s clock is 12 min ahead of the service, and by this clock the token expired',
    ]);
    expect(failure.details).toEqual({
      hint: 'set the clock, for example by NTP',
      refusedToken: true,
      cause: refused,
    });
    expect(graph.requests).toMatchObject([{ method: 'GET', path: '/' }]);
    expect(graph.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test.each([
    ['a clock that differs by five minutes', MINUTE, 5 * MINUTE, 1],
    ['an expiry a week and a minute ago', 7 * DAY + MINUTE, 12 * MINUTE, 0],
    ['an expiry in the future', -MINUTE, 12 * MINUTE, 0],
  ])('is unchanged for %s', async (_, ago, skew, requests) => {
    expect(await explained(ago, skew)).toBe(refused);
    expect(graph.requests).toHaveLength(requests);
  });

  test.each([
    ['a clock six minutes behind', MINUTE, -6 * MINUTE, '6 min behind'],
    ['an expiry at this moment', 0, 12 * MINUTE, '12 min ahead of'],
    ['an expiry a week ago', 7 * DAY, 12 * MINUTE, '12 min ahead of'],
  ])('is explained for %s', async (_, ago, skew, words) => {
    expect((await explained(ago, skew)).message).toContain(`clock is ${words} the service`);
  });

  test('is unchanged for a token without an expiry', async () => {
    const context = contextOf({ now: NOW, target: { baseUrl: graph.url } });
    for (const value of ['opaque', jwt({ aud: 'x' })])
      expect(await explainRefusal(refused, { value, expires: 1, method: 'azd' }, context)).toBe(refused);
  });

  test('is unchanged if the service sends no Date or does not answer in time', async () => {
    const context = contextOf({ now: NOW, timeout: 20, target: { baseUrl: graph.url } });
    const token = { value: jwt({ exp: NOW / 1_000 }), expires: undefined, method: 'azd' } as const;
    date = undefined;
    expect(await explainRefusal(refused, token, context)).toBe(refused);
    delay = 200;
    expect(await explained(MINUTE, 12 * MINUTE, { timeout: 20 })).toBe(refused);
    delay = 0;
  });

  test('is replaced by an interruption', async () => {
    const interrupted = new Failure('interrupted', 'interrupted');
    const signal = AbortSignal.abort(interrupted);
    await expect(explained(MINUTE, 12 * MINUTE, { signal })).rejects.toBe(interrupted);
  });
});

describe('the claims of a token', () => {
  const NONE = {
    audience: undefined,
    issuer: undefined,
    tenant: undefined,
    client: undefined,
    account: undefined,
    objectId: undefined,
    expires: undefined,
    permissions: undefined,
  };

  test('are read from their members', () => {
    const claims = { aud: 'a', iss: 'b', tid: 'c', appid: 'd', oid: 'e', exp: 12, scp: 'x  y' };
    expect(readClaims(jwt({ ...claims, preferred_username: 'f' }))).toEqual({
      ...{ audience: 'a', issuer: 'b', tenant: 'c', client: 'd', objectId: 'e', account: 'f' },
      ...{ expires: 12_000, permissions: ['x', 'y'] },
    });
  });

  test.each([
    [{ appid: '1', azp: '2' }, { client: '1' }],
    [{ azp: '2' }, { client: '2' }],
    [{ preferred_username: '1', upn: '2' }, { account: '1' }],
    [{ upn: '2', unique_name: '3' }, { account: '2' }],
    [{ unique_name: '3', app_displayname: '4' }, { account: '3' }],
    [{ app_displayname: '4' }, { account: '4' }],
    [{ scp: 'a b', roles: ['c', 4] }, { permissions: ['a', 'b', 'c'] }],
    [{ roles: ['c'] }, { permissions: ['c'] }],
    [{ scp: 'a' }, { permissions: ['a'] }],
    [{ scp: 1, roles: 'c' }, {}],
    [{ aud: 1, exp: '12' }, {}],
    [{ exp: 8.64e12 }, { expires: 8.64e15 }],
    [{ exp: 8.65e12 }, {}],
    [{ exp: -8.65e12 }, {}],
  ])('of %j are %j', (claims, read) => {
    expect(readClaims(jwt(claims))).toEqual({ ...NONE, ...read });
  });

  test.each([
    ['a text', 'x'],
    ['two parts', jwt({}).split('.').slice(0, 2).join('.')],
    ['a part that is not JSON', 'x.y.z'],
    ['a string', jwt('x')],
    ['null', jwt(null)],
  ])('are unknown for %s', (_, token) => {
    expect(readClaims(token)).toBeUndefined();
  });

  test('show whether the token lacks a permission, from scp and roles', () => {
    const of = (claims: unknown) => readClaims(jwt(claims)) ?? { permissions: undefined };
    expect(lacks(of({ scp: `User.Read ${WRITE}` }), 'write')).toBe(false);
    expect(lacks(of({ roles: [WRITE] }), 'read')).toBe(false);
    expect(lacks(of({ roles: [READ] }), 'read')).toBe(false);
    expect(lacks(of({ roles: [READ] }), 'write')).toBe(true);
    expect(lacks(of({ scp: '' }), 'read')).toBe(true);
    expect(lacks(of({}), 'write')).toBe(false);
  });

  test('are read from any token without an error', () => {
    const tokens = fc.oneof(fc.string(), fc.jsonValue().map(jwt));
    fc.assert(fc.property(tokens, (token) => void readClaims(token)));
  });
});

describe('the identity record', () => {
  const CLAIMS = { tid: 't', appid: 'c', oid: 'o', upn: 'adele', scp: 'a b', exp: NOW / 1_000 };
  const record = (claims: unknown, expires?: number, account?: string) =>
    identityRecord(
      'login',
      { value: typeof claims === 'string' ? claims : jwt(claims), expires, method: 'browser', account },
      contextOf({ cloud: 'usgov' }),
    );

  test('has the values of the claims', () => {
    expect(record(CLAIMS, undefined, 'another')).toEqual({
      ...{ account: 'adele', tenant: 't', cloud: 'usgov', client: 'c', permissions: ['a', 'b'] },
      ...{ expires: '2026-01-01T00:00:00.000Z', method: 'login' },
    });
  });

  test('has null for claims that the token does not have', () => {
    expect(record('opaque')).toEqual({
      ...{ account: null, tenant: null, cloud: 'usgov', client: null, permissions: [] },
      ...{ expires: null, method: 'login' },
    });
  });

  test('prefers the expiry of the credential, and a known account to the object id', () => {
    expect(record(CLAIMS, NOW + 1_000).expires).toBe('2026-01-01T00:00:01.000Z');
    expect(record({ oid: 'o' }, undefined, 'known').account).toBe('known');
    expect(record({ oid: 'o' }).account).toBe('o');
    expect(record('opaque', NOW, 'known')).toMatchObject({
      account: 'known',
      expires: '2026-01-01T00:00:00.000Z',
    });
  });
});

describe('GRAPH_TOKEN', () => {
  const request = { scope: 'x', claims: undefined };
  const open = async (value: string) => {
    const context = contextOf({ env: { GRAPH_TOKEN: value } });
    const token = await (await environmentToken.open(context))(request);
    return { token, shown: context.secrets.blank(token.value) };
  };

  test.each([
    ['opaque-token', 'opaque-token'],
    ['  Bearer opaque-token\n', 'opaque-token'],
    ['bearer   opaque-token', 'opaque-token'],
    ['tokenBearer', 'tokenBearer'],
  ])('%j is sent without Bearer', async (value, sent) => {
    expect(await open(value)).toEqual({
      token: { value: sent, expires: undefined, method: 'token' },
      shown: '***',
    });
  });

  test('has the expiry of its JWT', async () => {
    const { token } = await open(jwt({ exp: 1_700_000_000 }));
    expect(token.expires).toBe(1_700_000_000_000);
  });

  test.each(['Bearer ', 'two words', '"quoted\u00a0"', 'a\nb', 'tokén', 'the Bearer x'])(
    '%j is not a token',
    async (value) => {
      expect(await failureOf(() => open(value))).toBe(
        'sign-in: GRAPH_TOKEN is set, but is not a bearer token | ' +
          'set it to the token alone, without quotes or line breaks',
      );
    },
  );

  test('is available if it is set', async () => {
    expect(environmentToken.method).toBe('token');
    const unavailable = (env: Record<string, string>) => environmentToken.unavailable(contextOf({ env }));
    expect([await unavailable({ GRAPH_TOKEN: 'x' }), await unavailable({ GRAPH_TOKEN: '' })]).toEqual([
      undefined,
      'GRAPH_TOKEN is not set',
    ]);
  });
});
