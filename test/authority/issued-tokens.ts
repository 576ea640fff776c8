import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { badRequest } from './entra-error.ts';
import { segment, signToken } from './signing-key.ts';
import type { App, Behaviour, User } from './tenant.ts';

/** The input for the tokens of one answer. */
export interface Grant {
  /** `https://host`, with the host that the client used. */
  readonly origin: string;
  /** The tenant id. */
  readonly tenant: string;
  readonly clientId: string;
  /** The requested `scope`. */
  readonly scope: string;
  /** The requested `claims`, as JSON. */
  readonly claims?: string | undefined;
  readonly nonce?: string | undefined;
  readonly behaviour: Behaviour;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const OPENID_SCOPES = ['openid', 'profile', 'email', 'offline_access'];

/** The answer to an app that signs in as itself. */
export function appTokens(grant: Grant, app: App): object {
  const scopes = grant.scope.split(' ');
  if (scopes.length !== 1 || !grant.scope.endsWith('/.default')) {
    const description = `The scope '${grant.scope}' must be one resource followed by '/.default'.`;
    throw badRequest('invalid_scope', 1002012, description);
  }
  return lifetimes(
    grant,
    accessToken(grant, { roles: app.roles ?? [], oid: objectId(app.clientId), idtyp: 'app' }),
  );
}

/** The answer to an app that signs in a user. */
export function userTokens(grant: Grant, user: User, refreshToken: string): object {
  const resource = resourceOf(grant.scope);
  const person = { oid: user.oid, name: user.name, preferred_username: user.username };
  const { origin, tenant, clientId: aud } = grant;
  return {
    ...lifetimes(
      grant,
      accessToken(grant, { ...person, scp: user.scopes.join(' '), upn: user.username, idtyp: 'user' }),
    ),
    scope: [
      ...grant.scope
        .split(' ')
        .filter((scope) => scope.endsWith('/.default') || OPENID_SCOPES.includes(scope)),
      ...user.scopes.map((scope) => `${resource}/${scope}`),
    ].join(' '),
    refresh_token: refreshToken,
    id_token: signToken({
      ...{ ver: '2.0', iss: `${origin}/${tenant}/v2.0`, aud, tid: tenant, sub: objectId(user.oid + aud) },
      ...{ ...times(grant), ...person, nonce: grant.nonce },
    }),
    client_info: segment({ uid: user.oid, utid: tenant }),
  };
}

export function newRefreshToken(): string {
  return `1.${randomBytes(48).toString('base64url')}`;
}

/**
 ** An access token as Entra issues it for Graph: version 1, issued by `sts.windows.net`, with `appid`.
 ** `azp` is the claim of version 2 for the same value.
 */
export function accessToken(grant: Grant, about: Readonly<Record<string, unknown>>): string {
  const { tenant, clientId } = grant;
  return signToken({
    ...{ ver: '1.0', aud: resourceOf(grant.scope), iss: `https://sts.windows.net/${tenant}/`, tid: tenant },
    ...{ ...times(grant), appid: clientId, azp: clientId, uti: randomUUID() },
    ...{ xms_cc: wantedCapabilities(grant.claims), ...about, ...grant.behaviour.claims },
  });
}

/** `https://graph.microsoft.com` for `https://graph.microsoft.com/.default`, and for a permission without a resource. */
function resourceOf(scope: string): string {
  const resource = scope.split(' ').find((one) => one.includes('://'));
  return resource === undefined
    ? 'https://graph.microsoft.com'
    : resource.slice(0, resource.lastIndexOf('/'));
}

function times({ now, behaviour }: Grant): { iat: number; nbf: number; exp: number } {
  const iat = Math.floor(now / 1000);
  return { iat, nbf: iat, exp: iat + behaviour.accessTokenSeconds };
}

function lifetimes({ behaviour }: Grant, token: string): object {
  const { accessTokenSeconds: seconds, refreshInSeconds } = behaviour;
  return {
    token_type: 'Bearer',
    expires_in: seconds,
    ext_expires_in: seconds,
    ...(refreshInSeconds === undefined ? {} : { refresh_in: refreshInSeconds }),
    access_token: token,
  };
}

/** The capabilities of the client, such as `CP1` (it can answer a claims challenge), which its tokens repeat. */
function wantedCapabilities(claims: string | undefined): unknown {
  if (claims === undefined) return undefined;
  return JSON.parse(claims).access_token?.xms_cc?.values;
}

/** A stable id for a text. */
function objectId(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
