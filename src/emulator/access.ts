import { Problem } from './problem.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** Who may reach this server: its own names, and no page of another origin. */
export interface Access {
  readonly scheme: 'http' | 'https';
  /** Names beside those of loopback, in lower case. */
  readonly hosts: ReadonlySet<string>;
}

/** What browsers say of a request that came by no foreign page. */
const OWN_SITES = new Set(['none', 'same-origin']);

/**
 * A page in a browser must not reach this server, neither by a name that leads here nor from another origin.
 * @param authority host and port that the request is for
 */
export function refuseStranger(authority: string, headers: Headers, access: Access): Problem | undefined {
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
