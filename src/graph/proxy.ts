import { usage } from '../outcome/errors.ts';
import type { Runtime } from '../process/runtime.ts';

/** A proxy that the environment names. */
export interface HttpProxy {
  readonly url: string;
  /** Hosts that are reached without it, as NO_PROXY lists them. */
  readonly except: string | undefined;
}

/**
 * The proxy for https requests: HTTPS_PROXY, ALL_PROXY, then HTTP_PROXY, in capitals or not, as the sign-in library has
 * it. Plain http is for loopback alone, and goes through none.
 * @throws a `usage` Failure where the variable is not the URL of a proxy
 */
export function proxyOf(env: Runtime['env']): HttpProxy | undefined {
  const names = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'HTTP_PROXY', 'http_proxy'];
  const name = names.find((candidate) => (env[candidate] ?? '') !== '');
  const value = name === undefined ? undefined : env[name];
  if (name === undefined || value === undefined) return undefined;
  const url = value.includes('://') ? value : `http://${value}`;
  // The value is not shown: it may hold a password.
  if (!isUsable(url)) throw usage(`${name} is not the URL of a proxy`, EXAMPLE);
  return { url, except: env.NO_PROXY ?? env.no_proxy };
}

const EXAMPLE = 'such as http://user:password@host:8080; a percent sign in the password is written %25';

function isUsable(text: string): boolean {
  try {
    const { username, password, protocol } = new URL(text);
    decodeURIComponent(username + password);
    return protocol === 'http:' || protocol === 'https:';
  } catch {
    return false;
  }
}

/**
 * Whether an https URL is reached through the proxy: NO_PROXY lists the hosts that are not, set apart by commas or
 * space; `example.com` names one host, `.example.com` or `*.example.com` all below it, `host:port` one port, `*` all.
 */
export function leadsThrough({ except = '' }: HttpProxy, { hostname, port }: URL): boolean {
  const host = hostname.toLowerCase();
  return !except
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (only !== undefined && only !== (port === '' ? '443' : port)) return false;
      return /^[.*]/.test(name) ? host.endsWith(name.replace(/^\*/, '')) : host === name;
    });
}
