import { describe, expect, test } from '@jest/globals';
import { leadsThrough, proxyOf } from '../../src/graph/proxy.ts';

const GRAPH = 'https://graph.microsoft.com/beta';

describe('a host is reached without the proxy', () => {
  test.each([
    ['graph.microsoft.com', GRAPH],
    ['other.example, GRAPH.microsoft.com', GRAPH],
    ['other.example graph.microsoft.com', GRAPH],
    ['.microsoft.com', GRAPH],
    ['*.microsoft.com', GRAPH],
    ['*', GRAPH],
    ['graph.microsoft.com:443', GRAPH],
    ['127.0.0.1', 'https://127.0.0.1:8443/'],
    ['127.0.0.1:8443', 'https://127.0.0.1:8443/'],
  ])('by NO_PROXY=%s', (except, url) => {
    expect(leadsThrough({ url: 'http://proxy.example:8080', except }, new URL(url))).toBe(false);
  });
});

describe('a host is reached through the proxy', () => {
  test.each([
    [undefined, GRAPH],
    ['', GRAPH],
    ['microsoft.com', GRAPH],
    ['graph.microsoft.com.example', GRAPH],
    ['graph.microsoft.com:8443', GRAPH],
    ['127.0.0.1', 'https://127.0.0.11/'],
  ])('with NO_PROXY=%s', (except, url) => {
    expect(leadsThrough({ url: 'http://proxy.example:8080', except }, new URL(url))).toBe(true);
  });
});

describe('the proxy that the environment names', () => {
  test.each([['HTTPS_PROXY'], ['https_proxy'], ['ALL_PROXY'], ['all_proxy'], ['HTTP_PROXY'], ['http_proxy']])(
    'by %s',
    (name) => {
      expect(proxyOf({ [name]: 'http://proxy.example:3128' })).toEqual({
        url: 'http://proxy.example:3128',
        except: undefined,
      });
    },
  );

  test('is that of the first variable that says anything', () => {
    const env = { HTTPS_PROXY: '', https_proxy: 'https://a.example', ALL_PROXY: 'http://b.example' };
    expect(proxyOf(env)).toEqual({ url: 'https://a.example', except: undefined });
  });

  test('may be a host and a port alone', () => {
    expect(proxyOf({ HTTP_PROXY: 'proxy.example:3128' })?.url).toBe('http://proxy.example:3128');
  });

  test('comes with the hosts that are reached without it', () => {
    expect(proxyOf({ HTTPS_PROXY: 'http://a', NO_PROXY: 'x', no_proxy: 'y' })?.except).toBe('x');
    expect(proxyOf({ HTTPS_PROXY: 'http://a', no_proxy: 'y' })?.except).toBe('y');
  });

  test('is none where no variable names one', () => {
    expect(proxyOf({})).toBeUndefined();
    expect(proxyOf({ HTTPS_PROXY: '' })).toBeUndefined();
  });

  test.each([
    'http://',
    'socks5://proxy.example',
    'http://user:%@proxy.example',
    'http://%zz:x@proxy.example',
  ])('is refused where it is none: %s', (value) => {
    expect(() => proxyOf({ ALL_PROXY: value })).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: 'ALL_PROXY is no URL of a proxy',
        details: {
          hint: 'such as http://user:password@host:8080; a percent sign in the password is written %25',
        },
      }),
    );
  });
});
