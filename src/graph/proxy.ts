import { type Failure, usage } from '../outcome/errors.ts';
import type { Runtime } from '../process/runtime.ts';

/** The proxy from the environment. */
export interface HttpProxy {
  /** `http://` or `https://`, with user and password percent-encoded; the unchanged value if there is a `problem`. */
  readonly url: string;
  /** The hosts that do not use it: the value of NO_PROXY. */
  readonly except: string;
  /** Why it cannot be used, else undefined. A `usage` Failure that does not contain the password. */
  readonly problem?: Failure | undefined;
}

const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'HTTP_PROXY', 'http_proxy'];

/**
 * The proxy for https requests: the first of HTTPS_PROXY, ALL_PROXY and HTTP_PROXY that is not empty, each in upper case
 * before lower case, as in @azure/identity. `host:port` means `http://host:port`. Plain http is for loopback only and uses
 * no proxy.
 */
export function proxyOf(env: Runtime['env']): HttpProxy | undefined {
  for (const name of VARIABLES) {
    const value = env[name]?.trim();
    if (!value) continue;
    const url = value.includes('://') ? value : `http://${value}`;
    return { url, except: env.NO_PROXY || env.no_proxy || '', problem: problemOf(name, url) };
  }
  return undefined;
}

const EXAMPLE =
  'such as http://user:password@host:8080; in user and password write % as %25, @ as %40 and : as %3A';

function problemOf(name: string, url: string): Failure | undefined {
  const socks = /^(socks\w*):\/\//i.exec(url)?.[1];
  if (socks !== undefined) {
    return usage(
      `${name} is a SOCKS proxy (${socks.toLowerCase()}://), which is not supported`,
      `set HTTPS_PROXY to an HTTP proxy, such as http://host:8080, or list the hosts in NO_PROXY`,
    );
  }
  // A URL parser reads a backslash as the end of the host.
  const user = url.slice(url.indexOf('://') + 3, Math.max(0, url.lastIndexOf('@'))).replace(/:.*/s, '');
  if (user.includes('\\')) {
    return usage(
      `${name}: the user name ${user} has a backslash`,
      `write it as ${user.replaceAll('\\', '%5C')}`,
    );
  }
  // The value is not shown, since it may contain a password.
  return isUsable(url) ? undefined : usage(`${name} is not a proxy URL`, EXAMPLE);
}

function isUsable(text: string): boolean {
  try {
    const { username, password, protocol, pathname, search, hash } = new URL(text);
    decodeURIComponent(username + password);
    // What follows the host has no meaning. It may be the rest of a password with an unescaped / or ? or #.
    return (protocol === 'http:' || protocol === 'https:') && pathname + search + hash === '/';
  } catch {
    return false;
  }
}

/**
 * Whether an https URL is reached through the proxy. NO_PROXY lists the hosts that are not, separated by commas or
 * spaces: `example.com` is that host, `.example.com` and `*.example.com` are all hosts below it, `host:port` is one
 * port, `[::1]` an IPv6 address, `*` every host. Address ranges (CIDR) match nothing.
 * @throws the `problem` of the proxy, if the URL is reached through it
 */
export function usesProxy({ except, problem }: HttpProxy, { hostname, port }: URL): boolean {
  const bypassed = entriesOf(except).some((entry) => {
    const place = isBareAddress(entry) ? `[${entry}]` : entry;
    const only = /:(\d+)$/.exec(place)?.[1];
    if (only !== undefined && only !== (port || '443')) return false;
    const name = place.replace(/:\d+$/, '');
    if (/^[.*]/.test(name)) return hostname.endsWith(name.replace(/^\*/, ''));
    return hostname === canonical(name);
  });
  if (!bypassed && problem !== undefined) throw problem;
  return !bypassed;
}

/** The entries of NO_PROXY that are address ranges, such as `10.0.0.0/8`: they are not supported. */
export function addressRanges({ except }: HttpProxy): readonly string[] {
  return entriesOf(except).filter((entry) => entry.includes('/'));
}

function entriesOf(except: string): readonly string[] {
  return except.toLowerCase().split(/[\s,]/);
}

/** An IPv6 address without brackets; a host with a port has one colon. */
function isBareAddress(entry: string): boolean {
  return !entry.startsWith('[') && entry.split(':').length > 2;
}

/** An IPv6 address has several spellings; a URL has the shortest one. */
function canonical(name: string): string {
  return name.startsWith('[') && URL.canParse(`http://${name}`) ? new URL(`http://${name}`).hostname : name;
}
