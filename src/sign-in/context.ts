import { CLOUD_NAMES, CLOUDS, type CloudName } from '../catalog/clouds.ts';
import type { Access } from '../catalog/permissions.ts';
import { type Target, withoutSlashAtEnd } from '../graph/target.ts';
import { usage } from '../outcome/errors.ts';
import type { Emit } from '../outcome/events.ts';
import type { Runtime } from '../process/runtime.ts';
import type { Secrets } from '../process/secrets.ts';

/** The context of every credential. */
export interface SignInContext {
  readonly target: Target;
  readonly tenant: string | undefined;
  /** The access that the token must permit. */
  readonly access: Access;
  /** The time-out of each request to the authority, in milliseconds. */
  readonly timeout: number;
  /** Every acquired secret is added here, so that it is never shown. */
  readonly secrets: Secrets;
  /** The variable or option that turns off prompts, such as `CI`; undefined if prompts are possible. */
  readonly noInput: string | undefined;
  readonly emit: Emit;
  readonly runtime: Runtime;
}

/**
 * The authority, `https://host`: AZURE_AUTHORITY_HOST, else the default of the cloud.
 * @throws a `usage` Failure if the variable is not an https URL, or names the authority of another cloud
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
    `AZURE_AUTHORITY_HOST: ${JSON.stringify(given)} is not an https URL`,
    'such as https://login.microsoftonline.com',
  );
}

/** The authority of a cloud does not issue tokens for another cloud. */
function checkAuthority(host: string, cloud: CloudName): void {
  const clouds = CLOUD_NAMES.filter((name) => CLOUDS[name].authority === host);
  const [right] = clouds;
  if (right === undefined || clouds.includes(cloud)) return;
  throw usage(
    `AZURE_AUTHORITY_HOST: ${host} signs in to the cloud ${clouds.join(' or ')}, not to ${cloud}`,
    `add \`--cloud ${right}\`, or unset the variable`,
  );
}

/** An environment variable; undefined if it is unset or empty. */
export function variable({ runtime }: Pick<SignInContext, 'runtime'>, name: string): string | undefined {
  const value = runtime.env[name];
  return value === '' ? undefined : value;
}
