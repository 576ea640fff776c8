import { describe, expect, test } from '@jest/globals';
import { cloudTarget, endpointTarget, isLoopback } from '../../src/graph/target.ts';
import { Failure } from '../../src/outcome/errors.ts';

const OPTIONS = { cloud: 'usgov', apiVersion: 'beta', trusted: false } as const;

/** Kind, message and hint of the error. */
function refusalOf(endpoint: string): unknown[] {
  try {
    return [endpointTarget(endpoint, OPTIONS)];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [error.kind, error.message, error.details.hint];
  }
}

test.each([
  ['global', 'https://graph.microsoft.com'],
  ['china', 'https://microsoftgraph.chinacloudapi.cn'],
] as const)('the endpoint of the cloud %s', (cloud, baseUrl) => {
  expect(cloudTarget(cloud, 'v1.0')).toEqual({ baseUrl, apiVersion: 'v1.0', cloud, loopback: false });
});

describe('an endpoint', () => {
  test.each([
    ['https://graph.microsoft.com', 'https://graph.microsoft.com', 'global', false],
    ['https://dod-graph.microsoft.us/', 'https://dod-graph.microsoft.us', 'dod', false],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080', 'usgov', true],
    ['https://localhost:8443/graph//', 'https://localhost:8443/graph', 'usgov', true],
    ['http://[::1]:8080/a/b', 'http://[::1]:8080/a/b', 'usgov', true],
    ['http://localhost/beta/graph', 'http://localhost/beta/graph', 'usgov', true],
    ['http://localhost/alphabeta', 'http://localhost/alphabeta', 'usgov', true],
  ])('%s is accepted', (endpoint, baseUrl, cloud, loopback) => {
    expect(endpointTarget(endpoint, OPTIONS)).toEqual({ baseUrl, apiVersion: 'beta', cloud, loopback });
  });

  test('of another host is accepted if it is trusted', () => {
    expect(endpointTarget('https://graph.example/', { ...OPTIONS, trusted: true })).toEqual({
      baseUrl: 'https://graph.example',
      apiVersion: 'beta',
      cloud: 'usgov',
      loopback: false,
    });
  });

  test('with plain http is rejected even if it is trusted', () => {
    expect(() => endpointTarget('http://graph.example', { ...OPTIONS, trusted: true })).toThrow(
      '--endpoint http://graph.example: plain http is allowed only on loopback',
    );
  });

  const example = 'such as https://graph.microsoft.com or http://127.0.0.1:8080';
  test.each([
    ['graph', '--endpoint "graph" is not an http or https URL', example],
    ['ftp://127.0.0.1', '--endpoint "ftp://127.0.0.1" is not an http or https URL', example],
    [
      'http://graph.microsoft.com',
      '--endpoint http://graph.microsoft.com: plain http is allowed only on loopback',
      'use https, or an address such as http://127.0.0.1:8080',
    ],
    [
      'https://graph.example:444/x',
      '--endpoint https://graph.example:444/x: graph.example:444 is not a Microsoft Graph host, so no token is sent to it',
      'add `--trust-endpoint` if you trust this host',
    ],
    [
      'https://graph.microsoft.com:444',
      '--endpoint https://graph.microsoft.com:444: graph.microsoft.com:444 is not a Microsoft Graph host, so no token is sent to it',
      'add `--trust-endpoint` if you trust this host',
    ],
    [
      'http://someone@127.0.0.1',
      '--endpoint must not contain a user name or a password',
      'sign in with `--auth` or GRAPH_TOKEN',
    ],
    [
      'http://:secret@127.0.0.1',
      '--endpoint must not contain a user name or a password',
      'sign in with `--auth` or GRAPH_TOKEN',
    ],
    ['http://127.0.0.1/?x', '--endpoint http://127.0.0.1/?x must not contain a query or a fragment', example],
    ['http://127.0.0.1/#x', '--endpoint http://127.0.0.1/#x must not contain a query or a fragment', example],
    [
      'http://127.0.0.1/beta',
      '--endpoint http://127.0.0.1/beta ends with an API version',
      'remove it and use `--api-version`',
    ],
    [
      'http://127.0.0.1/graph/v1.0//',
      '--endpoint http://127.0.0.1/graph/v1.0// ends with an API version',
      'remove it and use `--api-version`',
    ],
  ])('%s is rejected', (endpoint, message, hint) => {
    expect(refusalOf(endpoint)).toEqual(['usage', message, hint]);
  });
});

test.each([
  ['localhost', true],
  ['[::1]', true],
  ['127.0.0.1', true],
  ['127.255.10.255', true],
  ['127.0.0.1.example', false],
  ['x127.0.0.1', false],
  ['127.0.0', false],
  ['128.0.0.1', false],
  ['127.0.0.x', false],
  ['localhost.example', false],
])('%s is a loopback address: %s', (hostname, expected) => {
  expect(isLoopback(hostname)).toBe(expected);
});
