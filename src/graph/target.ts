import { CLOUDS, type CloudName } from '../catalog/clouds.ts';
import type { ApiVersion } from '../catalog/properties.ts';
import { usage } from '../outcome/errors.ts';

/** The Graph that a command uses. */
export interface Target {
  /** Base URL without a slash at the end and without the API version. */
  readonly baseUrl: string;
  readonly apiVersion: ApiVersion;
  /** The cloud for the sign-in. */
  readonly cloud: CloudName;
  /** Whether it is on this machine, so that no real token is needed and plain http is allowed. */
  readonly loopback: boolean;
}

/** The Graph of a national cloud. */
export function cloudTarget(cloud: CloudName, apiVersion: ApiVersion): Target {
  return { baseUrl: `https://${CLOUDS[cloud].graph}`, apiVersion, cloud, loopback: false };
}

/**
 * The target for another Graph base URL. A token is only sent to a known Graph host, to loopback, or to a trusted host.
 * @param options `trusted`: whether any https host is accepted
 * @throws a `usage` Failure if the URL is invalid or its host is not accepted
 */
export function endpointTarget(
  endpoint: string,
  options: { readonly cloud: CloudName; readonly apiVersion: ApiVersion; readonly trusted: boolean },
): Target {
  const url = readUrl(endpoint);
  const loopback = isLoopback(url.hostname);
  const known = Object.entries(CLOUDS).find(([, row]) => row.graph === url.host)?.[0] as
    | CloudName
    | undefined;
  if (url.protocol === 'http:' && !loopback) {
    throw usage(
      `--endpoint ${endpoint}: plain http is allowed only on loopback`,
      'use https, or an address such as http://127.0.0.1:8080',
    );
  }
  if (!loopback && known === undefined && !options.trusted) {
    throw usage(
      `--endpoint ${endpoint}: ${url.host} is not a Microsoft Graph host, so no token is sent to it`,
      'add `--trust-endpoint` if you trust this host',
    );
  }
  const baseUrl = withoutSlashAtEnd(`${url.origin}${url.pathname}`);
  return { baseUrl, apiVersion: options.apiVersion, cloud: known ?? options.cloud, loopback };
}

/** A URL without trailing slashes. */
export function withoutSlashAtEnd(url: string): string {
  let end = url.length;
  while (url.endsWith('/', end)) end -= 1;
  return url.slice(0, end);
}

/** Whether a host name or address is loopback: localhost, 127.0.0.0/8, ::1. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function readUrl(endpoint: string): URL {
  const example = 'such as https://graph.microsoft.com or http://127.0.0.1:8080';
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw usage(`--endpoint ${JSON.stringify(endpoint)} is not an http or https URL`, example);
  }
  if (url.username !== '' || url.password !== '') {
    throw usage(
      '--endpoint must not contain a user name or a password',
      'sign in with `--auth` or GRAPH_TOKEN',
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw usage(`--endpoint ${endpoint} must not contain a query or a fragment`, example);
  }
  if (/\/(?:beta|v1\.0)\/*$/.test(url.pathname)) {
    throw usage(`--endpoint ${endpoint} ends with an API version`, 'remove it and use `--api-version`');
  }
  return url;
}
