import { describe, expect, test } from '@jest/globals';
import { addressRanges, proxyOf, usesProxy } from '../../src/graph/proxy.ts';

const GRAPH = 'https://graph.microsoft.com/beta';
const EXAMPLE =
  'such as http://user:password@host:8080; in user and password write % as %25, @ as %40 and : as %3A';

describe('a host is contacted directly', () => {
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
    ['other.example,,graph.microsoft.com', GRAPH],
    ['graph.microsoft.com,other.example', GRAPH],
    ['[::1]', 'https://[::1]:8443/'],
    ['[::1]:8443', 'https://[::1]:8443/'],
    ['::1', 'https://[::1]:8443/'],
    ['2001:DB8:0::1', 'https://[2001:db8::1]/'],
    ['[2001:DB8:0::1]', 'https://[2001:db8::1]/'],
    ['other.example:8443,graph.microsoft.com', GRAPH],
  ])('with NO_PROXY=%s', (except, url) => {
    expect(usesProxy({ url: 'http://proxy.example:8080', except }, new URL(url))).toBe(false);
  });
});

describe('a host is contacted through the proxy', () => {
  test.each([
    ['', GRAPH],
    ['microsoft.com', GRAPH],
    ['graph.microsoft.com.example', GRAPH],
    ['graph.microsoft.com:8443', GRAPH],
    ['127.0.0.1', 'https://127.0.0.11/'],
    [', ', GRAPH],
    ['graph.microsoft.co', GRAPH],
    ['x*', GRAPH],
    ['graph.*', GRAPH],
    ['.example.com', GRAPH],
    ['*.example.com', GRAPH],
    ['.*microsoft.com', GRAPH],
    ['.microsoft.com', 'https://microsoft.com/'],
    ['.microsoft.com', 'https://notmicrosoft.com/'],
    ['graph.microsoft.com:443', 'https://graph.microsoft.com:8443/'],
    ['*.microsoft.com:8443', GRAPH],
    ['graph.microsoft.com:443x', GRAPH],
    ['[::1]:443', 'https://[::1]:8443/'],
    ['[::1]', 'https://[::11]/'],
    ['10.0.0.0/8', 'https://10.1.2.3/'],
    ['127.1', 'https://127.0.0.1/'],
    ['::2', 'https://[::1]/'],
  ])('with NO_PROXY=%s', (except, url) => {
    expect(usesProxy({ url: 'http://proxy.example:8080', except }, new URL(url))).toBe(true);
  });
});

test('address ranges in NO_PROXY are found', () => {
  const proxy = { url: 'http://proxy.example:8080', except: 'a.example, 10.0.0.0/8 ::1 FD00::/8' };
  expect(addressRanges(proxy)).toEqual(['10.0.0.0/8', 'fd00::/8']);
});

describe('the proxy in the environment', () => {
  const names = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'HTTP_PROXY', 'http_proxy'];

  test.each(names)('is set by %s', (name) => {
    expect(proxyOf({ [name]: 'http://proxy.example:8080' })).toEqual({
      url: 'http://proxy.example:8080',
      except: '',
    });
  });

  test('is from the first variable with a value', () => {
    const env = Object.fromEntries(names.map((name) => [name, `http://${name.replace('_', '-')}.example`]));
    const found: (string | undefined)[] = [];
    for (const name of names) {
      found.push(proxyOf(env)?.url);
      env[name] = '';
    }
    expect(found).toEqual(names.map((name) => `http://${name.replace('_', '-')}.example`));
    expect(proxyOf(env)).toBeUndefined();
  });

  test('can be without a scheme', () => {
    expect(proxyOf({ HTTPS_PROXY: 'proxy.example:8080' })?.url).toBe('http://proxy.example:8080');
  });

  test('can have a slash at its end', () => {
    expect(proxyOf({ HTTPS_PROXY: 'http://proxy.example:8080/' })?.problem).toBeUndefined();
  });

  test('can have https, a user and a password', () => {
    const url = 'https://user:p%40ss@proxy.example';
    expect(proxyOf({ HTTPS_PROXY: url })).toEqual({ url, except: '', problem: undefined });
  });

  test.each([
    [{ NO_PROXY: 'a.example', no_proxy: 'b.example' }, 'a.example'],
    [{ no_proxy: 'b.example' }, 'b.example'],
    [{ NO_PROXY: '', no_proxy: 'b.example' }, 'b.example'],
  ])('has the excepted hosts: %j', (env, except) => {
    expect(proxyOf({ HTTPS_PROXY: 'proxy.example', ...env })?.except).toBe(except);
  });

  test('is undefined if no variable is set', () => {
    expect(proxyOf({})).toBeUndefined();
  });

  test('is from the variable in lower case if the one in upper case is empty', () => {
    expect(proxyOf({ HTTPS_PROXY: '', https_proxy: 'http://lower.example' })?.url).toBe(
      'http://lower.example',
    );
    expect(proxyOf({ ALL_PROXY: ' ', all_proxy: 'lower.example:3128' })?.url).toBe(
      'http://lower.example:3128',
    );
  });

  test.each([
    ['ftp://proxy.example', 'all_proxy is not a proxy URL', EXAMPLE],
    ['http://socks5://proxy.example', 'all_proxy is not a proxy URL', EXAMPLE],
    ['http://proxy.example\\x:8080', 'all_proxy is not a proxy URL', EXAMPLE],
    [
      'SOCKS://proxy.example',
      'all_proxy is a SOCKS proxy (socks://), which is not supported',
      'set HTTPS_PROXY to an HTTP proxy, such as http://host:8080, or list the hosts in NO_PROXY',
    ],
    ['http://', 'all_proxy is not a proxy URL', EXAMPLE],
    ['http://user:100%@proxy.example', 'all_proxy is not a proxy URL', EXAMPLE],
    ['http://%zz:x@proxy.example', 'all_proxy is not a proxy URL', EXAMPLE],
    ['http://user:80/rest@proxy.example:8080', 'all_proxy is not a proxy URL', EXAMPLE],
    ['http://user:80?rest@proxy.example:8080', 'all_proxy is not a proxy URL', EXAMPLE],
    ['http://user:80#rest@proxy.example:8080', 'all_proxy is not a proxy URL', EXAMPLE],
    ['http://proxy.example:8080/proxy.pac', 'all_proxy is not a proxy URL', EXAMPLE],
    [
      'socks5://proxy.example:1080',
      'all_proxy is a SOCKS proxy (socks5://), which is not supported',
      'set HTTPS_PROXY to an HTTP proxy, such as http://host:8080, or list the hosts in NO_PROXY',
    ],
    [
      'http://CONTOSO\\adele:pass@word@proxy.example:8080',
      'all_proxy: the user name CONTOSO\\adele has a backslash',
      'write it as CONTOSO%5Cadele',
    ],
    [
      'CONTOSO\\adele:secret@proxy.example:8080',
      'all_proxy: the user name CONTOSO\\adele has a backslash',
      'write it as CONTOSO%5Cadele',
    ],
  ])('is an error if it cannot be used, without the password: %s', (value, message, hint) => {
    const proxy = proxyOf({ all_proxy: value, NO_PROXY: 'intranet.example' });
    expect(proxy?.problem).toMatchObject({ kind: 'usage', message, details: { hint } });
    if (proxy === undefined) throw new Error('no proxy');
    expect(() => usesProxy(proxy, new URL(GRAPH))).toThrow(message);
    expect(usesProxy(proxy, new URL('https://intranet.example/'))).toBe(false);
  });
});
