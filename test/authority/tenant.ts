import type { Answer, AuthorityRequest } from './exchange.ts';

/** An app registration. It may prove itself by any of the three that it has. */
export interface App {
  readonly clientId: string;
  readonly secret?: string;
  /** PEM of the certificate that was uploaded to it. */
  readonly certificate?: string;
  /** The token of another issuer that is trusted in place of a secret, compared as a whole. */
  readonly federatedToken?: string;
  /** Application permissions that an admin consented to. */
  readonly roles?: readonly string[];
}

/** Whoever signs in with a browser or a device code. */
export interface User {
  readonly name: string;
  readonly username: string;
  readonly oid: string;
  /** Delegated permissions that were consented to. */
  readonly scopes: readonly string[];
}

/** What the authority does from now on; a test may change any of it at any time. */
export interface Behaviour {
  /** Lifetime of an access token in seconds. */
  accessTokenSeconds: number;
  /** When the client is told to renew, in seconds; Entra says so for long-lived tokens alone. */
  refreshInSeconds: number | undefined;
  /** Claims on top of those of every access token; undefined takes a claim away. */
  claims: Record<string, unknown>;
  /** How a device code ends after `pending` polls were told to go on. */
  deviceCode: {
    pending: number;
    outcome: 'granted' | 'declined' | 'expired';
    intervalSeconds: number;
    expiresInSeconds: number;
  };
  /** Sent back to the redirect URI in place of a code. */
  authorizeError: { readonly error: string; readonly description: string } | undefined;
  /** Tenant segments that exist; undefined: all of them. */
  tenants: readonly string[] | undefined;
  /** How far the authority's clock is ahead, in seconds. */
  clockAheadSeconds: number;
  /** Answers in place of the endpoint, where it returns an answer. */
  intercept: ((request: AuthorityRequest) => Answer | undefined) | undefined;
}

export const TENANT = '7a6f2c1e-3f57-4d0c-9f0e-5b1d6a2c8e90';

/** Microsoft's public client for Graph command lines. */
export const GRAPH_COMMAND_LINE = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

export const ADELE: User = {
  name: 'Adele Vance',
  username: 'adele@contoso.example',
  oid: '2b0d8f4e-8a4b-4a53-9a0a-6b7f0f6a4d11',
  scopes: ['DeviceManagementConfiguration.ReadWrite.All', 'User.Read'],
};

export function defaultBehaviour(): Behaviour {
  return {
    accessTokenSeconds: 3600,
    refreshInSeconds: undefined,
    claims: {},
    deviceCode: { pending: 1, outcome: 'granted', intervalSeconds: 0, expiresInSeconds: 900 },
    authorizeError: undefined,
    tenants: undefined,
    clockAheadSeconds: 0,
    intercept: undefined,
  };
}
