import { Problem } from './problem.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** Access rules of this server: the `Host` must be one of its names, and pages of other origins are refused. */
export interface Access {
  readonly scheme: 'http' | 'https';
  /** Names in addition to those of loopback, in lower case. */
  readonly hosts: ReadonlySet<string>;
}

/** Values of `Sec-Fetch-Site` for a request that no page of another origin has sent. */
const OWN_SITES = new Set(['none', 'same-origin']);

/**
 * Refuses requests of web pages of other origins, also if their host name resolves to this server (DNS rebinding).
 * @param authority the host and port of the request
 * @returns undefined if the request is accepted
 */
export function refuseForeign(authority: string, headers: Headers, access: Access): Problem | undefined {
  if (!isOwn(authority, access)) {
    return forbidden(`This server does not answer to '${authority}': add the name with --allow-host.`);
  }
  const { origin, 'sec-fetch-site': site } = headers;
  const foreignOrigin = origin !== undefined && origin !== `${access.scheme}://${authority}`;
  const foreignSite = site !== undefined && !OWN_SITES.has(site.toLowerCase());
  if (!foreignOrigin && !foreignSite) return undefined;
  return forbidden('This server does not answer to pages of other origins.');
}

function isOwn(authority: string, { hosts }: Access): boolean {
  if (/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(authority)) return true;
  return hosts.has(authority.toLowerCase()) || hosts.has(authority.replace(/:\d{1,5}$/, '').toLowerCase());
}

function forbidden(message: string): Problem {
  return new Problem(403, 'Forbidden', message);
}
