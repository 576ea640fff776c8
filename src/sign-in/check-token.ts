import { CLOUD_NAMES, CLOUDS, type CloudName } from '../catalog/clouds.ts';
import { clockSkew, MAX_CLOCK_SKEW, skewText } from '../graph/clock-skew.ts';
import { proxyOf } from '../graph/proxy.ts';
import { reach } from '../graph/reach.ts';
import type { Target } from '../graph/target.ts';
import { Failure } from '../outcome/errors.ts';
import type { AccessToken } from './access-token.ts';
import { type Claims, readClaims } from './claims.ts';
import type { SignInContext } from './context.ts';

/** Microsoft Graph's application id, an audience that is the same in every cloud. */
const GRAPH_APPLICATION = '00000003-0000-0000-c000-000000000000';

/** Issuer hosts and their clouds; `sts.windows.net` issues for several, so it is not listed. */
const ISSUER_HOSTS: ReadonlyMap<string | undefined, readonly CloudName[]> = new Map([
  ['login.microsoftonline.com', ['global']],
  ['login.microsoftonline.us', ['usgov', 'dod']],
  ['sts.chinacloudapi.cn', ['china']],
  ['login.chinacloudapi.cn', ['china']],
  ['login.partner.microsoftonline.cn', ['china']],
]);

/**
 * Checks before a token is sent that it is for this Graph and has not expired. On loopback any audience is accepted.
 * @param now milliseconds since the epoch
 * @throws a `sign-in` Failure that names the right `--cloud`
 */
export function checkToken({ value, method }: AccessToken, target: Target, now: number): void {
  const claims = readClaims(value);
  if (claims === undefined) return;
  if (claims.expires !== undefined && claims.expires <= now) {
    throw new Failure(
      'sign-in',
      `${tokenLabel(method)} expired at ${new Date(claims.expires).toISOString()}`,
      {
        hint:
          method === 'token'
            ? 'set GRAPH_TOKEN to a new token'
            : 'check the clock of this machine, or sign in again',
        refusedToken: true,
      },
    );
  }
  if (!target.loopback) checkCloud(claims, method, target.cloud);
}

/** If a token expired longer ago, in milliseconds, a wrong clock is not a plausible reason. */
const MAX_PLAUSIBLE_SKEW = 7 * 24 * 60 * 60_000;

/** Time-out for the request that reads Graph's clock, in milliseconds. */
const CLOCK_TIMEOUT = 5_000;

/**
 * Explains why a token was refused. A token that expired recently may still be valid if the clock of this machine is wrong,
 * so the clock is compared with Graph's `Date`, in a request without a token.
 * @param failure the failure of `checkToken`
 * @returns the failure, or a new one about the clock
 */
export async function explainRefusal(
  failure: Failure,
  { value }: AccessToken,
  { target, timeout, runtime }: SignInContext,
): Promise<Failure> {
  const expires = readClaims(value)?.expires;
  const now = runtime.clock.now();
  if (expires === undefined || expires > now || now - expires > MAX_PLAUSIBLE_SKEW) return failure;
  const limit = Math.min(timeout, CLOCK_TIMEOUT);
  const answer = await reach(new URL(target.baseUrl), proxyOf(runtime.env), limit, runtime).catch(
    () => undefined,
  );
  if (runtime.signal.aborted) throw runtime.signal.reason;
  const skew = clockSkew(answer?.headers.date, now);
  if (skew === undefined || Math.abs(skew) <= MAX_CLOCK_SKEW) return failure;
  return new Failure(failure.kind, `${skewText(skew)}, and by this clock ${failure.message}`, {
    ...failure.details,
    hint: 'set the clock, for example by NTP',
    cause: failure,
  });
}

/** The name of a token in messages. @param method the method of the credential, or its name in `auto` */
export function tokenLabel(method: string): string {
  return method === 'token' ? 'the token in GRAPH_TOKEN' : `the token of ${method}`;
}

function checkCloud(claims: Claims, method: string, cloud: CloudName): void {
  const clouds = cloudsOf(claims);
  if (clouds === undefined || clouds.includes(cloud)) return;
  const [right] = clouds;
  if (right === undefined) {
    throw new Failure('sign-in', `${tokenLabel(method)} is for ${claims.audience}, not for Microsoft Graph`, {
      hint: `request one with the scope https://${CLOUDS[cloud].graph}/.default`,
      refusedToken: true,
    });
  }
  throw new Failure(
    'sign-in',
    `${tokenLabel(method)} is for the cloud ${clouds.join(' or ')}, not for ${cloud}`,
    {
      hint: `add \`--cloud ${right}\`, or sign in to ${cloud}`,
      refusedToken: true,
    },
  );
}

/** The clouds for which a token may be valid; empty if it is not for Graph; undefined if its claims do not show it. */
function cloudsOf({ audience, issuer }: Claims): readonly CloudName[] | undefined {
  if (audience === undefined || audience === GRAPH_APPLICATION) return ISSUER_HOSTS.get(hostOf(issuer));
  const host = hostOf(audience) ?? audience;
  return CLOUD_NAMES.filter((name) => CLOUDS[name].graph === host);
}

function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}
