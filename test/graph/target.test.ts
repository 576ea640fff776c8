import { describe, expect, test } from '@jest/globals';
import type { Failure } from '../../src/errors.ts';
import { cloudTarget, endpointTarget, isLoopback } from '../../src/graph/target.ts';

const OPTIONS = { cloud: 'global', apiVersion: 'beta', trusted: false } as const;

test('a cloud has its own Graph', () => {
  expect(cloudTarget('china', 'v1.0')).toEqual({
    baseUrl: 'https://microsoftgraph.chinacloudapi.cn',
    apiVersion: 'v1.0',
    cloud: 'china',
    loopback: false,
  });
});

describe('an endpoint', () => {
  test.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.0.0.1:8080///', 'http://127.0.0.1:8080'],
    ['http://localhost', 'http://localhost'],
    ['http://[::1]:9/graph/', 'http://[::1]:9/graph'],
    ['https://localhost/a/b', 'https://localhost/a/b'],
  ])('%s is on this machine', (endpoint, baseUrl) => {
    expect(endpointTarget(endpoint, OPTIONS)).toEqual({
      baseUrl,
      apiVersion: 'beta',
      cloud: 'global',
      loopback: true,
    });
  });

  test.each([
    ['https://graph.microsoft.us', 'usgov'],
    ['https://microsoftgraph.chinacloudapi.cn/', 'china'],
    ['https://graph.microsoft.com', 'global'],
  ])('%s is a Graph that is known, and says which cloud signs in', (endpoint, cloud) => {
    expect(endpointTarget(endpoint, { ...OPTIONS, cloud: 'dod', apiVersion: 'v1.0' })).toEqual({
      baseUrl: endpoint.replace(/\/$/, ''),
      apiVersion: 'v1.0',
      cloud,
      loopback: false,
    });
  });

  test('elsewhere has to be trusted by name', () => {
    const trusted = endpointTarget('https://gateway.example/graph', {
      ...OPTIONS,
      cloud: 'dod',
      trusted: true,
    });
    expect(trusted).toMatchObject({
      baseUrl: 'https://gateway.example/graph',
      cloud: 'dod',
      loopback: false,
    });
  });

  test.each([
    [
      'nowhere',
      '--endpoint "nowhere" is no http or https URL',
      'such as https://graph.microsoft.com or http://127.0.0.1:8080',
    ],
    [
      'ftp://127.0.0.1',
      '--endpoint "ftp://127.0.0.1" is no http or https URL',
      'such as https://graph.microsoft.com or http://127.0.0.1:8080',
    ],
    [
      'http://u@127.0.0.1',
      '--endpoint must not hold a user name or a password',
      'sign in with `--auth` or GRAPH_TOKEN',
    ],
    [
      'http://:p@127.0.0.1',
      '--endpoint must not hold a user name or a password',
      'sign in with `--auth` or GRAPH_TOKEN',
    ],
    [
      'http://127.0.0.1/?a=b',
      '--endpoint http://127.0.0.1/?a=b must not hold a query or a fragment',
      'such as https://graph.microsoft.com or http://127.0.0.1:8080',
    ],
    [
      'http://127.0.0.1/#a',
      '--endpoint http://127.0.0.1/#a must not hold a query or a fragment',
      'such as https://graph.microsoft.com or http://127.0.0.1:8080',
    ],
    [
      'http://127.0.0.1/beta',
      '--endpoint http://127.0.0.1/beta ends in an API version',
      'leave it out and give it with `--api-version`',
    ],
    [
      'http://127.0.0.1/x/v1.0//',
      '--endpoint http://127.0.0.1/x/v1.0// ends in an API version',
      'leave it out and give it with `--api-version`',
    ],
    [
      'http://graph.microsoft.com',
      '--endpoint http://graph.microsoft.com: plain http is allowed only on loopback',
      'use https, or an address such as http://127.0.0.1:8080',
    ],
    [
      'https://gateway.example:8443/x',
      '--endpoint https://gateway.example:8443/x: gateway.example:8443 is no host of Microsoft Graph, so no token is sent to it',
      'add `--trust-endpoint` if you know who runs it',
    ],
    [
      'https://graph.microsoft.com:8443',
      '--endpoint https://graph.microsoft.com:8443: graph.microsoft.com:8443 is no host of Microsoft Graph, so no token is sent to it',
      'add `--trust-endpoint` if you know who runs it',
    ],
  ])('%s is refused', (endpoint, message, hint) => {
    const fault = (() => {
      try {
        return endpointTarget(endpoint, OPTIONS);
      } catch (error) {
        return error as Failure;
      }
    })();
    expect(fault).toMatchObject({ kind: 'usage', message, details: { hint } });
  });

  test('plain http is refused even where it is trusted', () => {
    expect(() => endpointTarget('http://gateway.example', { ...OPTIONS, trusted: true })).toThrow(
      'plain http',
    );
  });

  test('a version in the middle of a path is none', () => {
    expect(endpointTarget('http://127.0.0.1/beta/x', OPTIONS).baseUrl).toBe('http://127.0.0.1/beta/x');
  });
});

test.each([
  ['localhost', true],
  ['[::1]', true],
  ['127.0.0.1', true],
  ['127.255.1.254', true],
  ['127.0.0.1.example', false],
  ['x127.0.0.1', false],
  ['127.0.0', false],
  ['128.0.0.1', false],
  ['localhost.example', false],
])('%s is this machine: %s', (host, is) => {
  expect(isLoopback(host)).toBe(is);
});
