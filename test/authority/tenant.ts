import type { Answer, AuthorityRequest } from './exchange.ts';

/** An app registration. It can authenticate with any of its three credentials. */
export interface App {
  readonly clientId: string;
  readonly secret?: string;
  /** Its certificate (PEM). */
  readonly certificate?: string;
  /** The token of another issuer that is trusted instead of a secret; only this exact token is accepted. */
  readonly federatedToken?: string;
  /** Application permissions with the consent of an administrator. */
  readonly roles?: readonly string[];
}

/** The user who signs in with a browser or a device code. */
export interface User {
  readonly name: string;
  readonly username: string;
  readonly oid: string;
  /** Delegated permissions with consent. */
  readonly scopes: readonly string[];
}

/** The behaviour of the authority; a test can change it at any time. */
export interface Behaviour {
  /** The lifetime of an access token, in seconds. */
  accessTokenSeconds: number;
  /** `refresh_in`, in seconds; Entra sends it only for long-lived tokens. */
  refreshInSeconds: number | undefined;
  /** Claims that are added to every access token; undefined removes a claim. */
  claims: Record<string, unknown>;
  /** The outcome of a device code after `pending` polls that get `authorization_pending`. */
  deviceCode: {
    pending: number;
    outcome: 'granted' | 'declined' | 'expired';
    intervalSeconds: number;
    expiresInSeconds: number;
  };
  /** Sent to the redirect URI instead of a code. */
  authorizeError: { readonly error: string; readonly description: string } | undefined;
  /** The known tenants, as in the path; undefined for all. */
  tenants: readonly string[] | undefined;
  /** The seconds by which the authority's clock is ahead. */
  clockAheadSeconds: number;
  /** Replaces the answer of the endpoint if it returns one. */
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
