import { CLOUD_NAMES, CLOUDS, type CloudName } from '../catalog/clouds.ts';
import type { Access } from '../catalog/permissions.ts';
import { type Target, withoutSlashAtEnd } from '../graph/target.ts';
import { usage } from '../outcome/errors.ts';
import type { Report } from '../outcome/events.ts';
import type { Runtime } from '../process/runtime.ts';
import type { Secrets } from '../process/secrets.ts';

/** What signing in needs to know. */
export interface SignInContext {
  readonly target: Target;
  readonly tenant: string | undefined;
  /** What the token has to permit. */
  readonly access: Access;
  /** For each request to the authority, in milliseconds. */
  readonly timeout: number;
  /** Is told every secret that is acquired, so that none is ever shown. */
  readonly secrets: Secrets;
  readonly report: Report;
  readonly runtime: Runtime;
}

/**
 * Where to sign in: AZURE_AUTHORITY_HOST, else the cloud's own authority.
 * @throws a `usage` Failure where the variable is no https URL
 */
export function authorityOf({ target, runtime }: Pick<SignInContext, 'target' | 'runtime'>): string {
  const given = runtime.env.AZURE_AUTHORITY_HOST;
  if (given === undefined || given === '') return `https://${CLOUDS[target.cloud].authority}`;
  const url = given.includes('://') ? given : `https://${given}`;
  if (URL.canParse(url) && new URL(url).protocol === 'https:') {
    checkAuthority(new URL(url).host, target.cloud);
    return withoutSlashAtEnd(url);
  }
  throw usage(
    `AZURE_AUTHORITY_HOST: ${JSON.stringify(given)} is no https URL`,
    'such as https://login.microsoftonline.com',
  );
}

/** Graph host, authority and scope belong together: the authority of one cloud gives no token for another. */
function checkAuthority(host: string, cloud: CloudName): void {
  const clouds = CLOUD_NAMES.filter((name) => CLOUDS[name].authority === host);
  const [right] = clouds;
  if (right === undefined || clouds.includes(cloud)) return;
  throw usage(
    `AZURE_AUTHORITY_HOST: ${host} signs in to the cloud ${clouds.join(' or ')}, not to ${cloud}`,
    `add \`--cloud ${right}\`, or unset the variable`,
  );
}

/** A variable of the environment that is set and not empty. */
export function variable({ runtime }: Pick<SignInContext, 'runtime'>, name: string): string | undefined {
  const value = runtime.env[name];
  return value === '' ? undefined : value;
}
