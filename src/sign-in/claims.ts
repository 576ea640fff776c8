import { type Access, PERMISSIONS } from '../catalog/permissions.ts';

/** The claims of an access token. The signature is not verified: only Graph decides whether a token is valid. */
export interface Claims {
  /** `aud`: a URL or an application id. */
  readonly audience: string | undefined;
  readonly issuer: string | undefined;
  /** `tid`: the tenant's id, a GUID. */
  readonly tenant: string | undefined;
  /** `appid` or `azp`: the application id of the client. */
  readonly client: string | undefined;
  /** The user name, or the name of an app without a user. */
  readonly account: string | undefined;
  /** `oid`: the object id of the user or of the app's service principal. */
  readonly objectId: string | undefined;
  /** `exp`, in milliseconds since the epoch. */
  readonly expires: number | undefined;
  /** Delegated (`scp`) and application (`roles`) permissions; undefined if the token has neither claim. */
  readonly permissions: readonly string[] | undefined;
}

/** Reads the claims of a token; undefined if it is not a readable JWT. */
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
    account: text('preferred_username') ?? text('upn') ?? text('unique_name') ?? text('app_displayname'),
    objectId: text('oid'),
    expires: timeOf(payload.exp),
    permissions: permissionsOf(payload),
  };
}

/** Whether a token certainly lacks a permission; false for a token without permission claims. */
export function lacks({ permissions }: Pick<Claims, 'permissions'>, access: Access): boolean {
  if (permissions === undefined) return false;
  const enough: readonly string[] =
    access === 'read' ? [PERMISSIONS.read, PERMISSIONS.write] : [PERMISSIONS.write];
  return !permissions.some((permission) => enough.includes(permission));
}

/** A time in seconds as milliseconds; undefined for any other value, and beyond the range of a date. */
function timeOf(seconds: unknown): number | undefined {
  const time = typeof seconds === 'number' ? new Date(seconds * 1_000).getTime() : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
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
