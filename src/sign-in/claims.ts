import { type Access, PERMISSIONS } from '../catalog/permissions.ts';

/** What an access token says about itself. It is read, never relied on: Graph alone can tell whether it is true. */
export interface Claims {
  /** Whom it is for: a URL, or an application id. */
  readonly audience: string | undefined;
  readonly issuer: string | undefined;
  /** Id of the tenant. */
  readonly tenant: string | undefined;
  /** Application id of the client. */
  readonly client: string | undefined;
  /** Who signed in, or the app where it acts for itself. */
  readonly account: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expires: number | undefined;
  /** Delegated (`scp`) or application (`roles`) permissions; undefined where the token names none of either kind. */
  readonly permissions: readonly string[] | undefined;
}

/** Reads the claims of a token; undefined where it is none that can be read. */
export function readClaims(token: string): Claims | undefined {
  const payload = payloadOf(token);
  if (payload === undefined) return undefined;
  const text = (name: string): string | undefined =>
    typeof payload[name] === 'string' ? payload[name] : undefined;
  return {
    audience: text('aud'),
    issuer: text('iss'),
    tenant: text('tid'),
    client: text('appid') ?? text('azp'),
    account:
      text('preferred_username') ??
      text('upn') ??
      text('unique_name') ??
      text('app_displayname') ??
      text('oid'),
    expires: typeof payload.exp === 'number' ? payload.exp * 1_000 : undefined,
    permissions: permissionsOf(payload),
  };
}

/** Whether a token provably lacks what is needed. One that says nothing of permissions proves nothing. */
export function lacks({ permissions }: Pick<Claims, 'permissions'>, access: Access): boolean {
  if (permissions === undefined) return false;
  const enough: readonly string[] =
    access === 'read' ? [PERMISSIONS.read, PERMISSIONS.write] : [PERMISSIONS.write];
  return !permissions.some((permission) => enough.includes(permission));
}

function permissionsOf(payload: Record<string, unknown>): readonly string[] | undefined {
  const { scp, roles } = payload;
  const delegated = typeof scp === 'string' ? scp.split(' ').filter((scope) => scope !== '') : undefined;
  const application = Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : undefined;
  if (delegated === undefined && application === undefined) return undefined;
  return [...(delegated ?? []), ...(application ?? [])];
}

function payloadOf(token: string): Record<string, unknown> | undefined {
  const [, part, signature] = token.split('.');
  if (part === undefined || signature === undefined) return undefined;
  try {
    const payload: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
