import { Failure } from '../outcome/errors.ts';
import { isObject } from '../text/is-object.ts';

/** What a run is bound to: it is never resumed, undone or applied anywhere else. */
export interface RunTarget {
  /** `local`, an endpoint, or the Graph of a cloud. */
  readonly graph: string;
  /** Id of the tenant where the token says it. */
  readonly tenant: string | null;
  readonly apiVersion: string;
}

/** Whether something read from a file says what a run is bound to. */
export function isTarget(value: unknown): value is RunTarget {
  if (!isObject(value)) return false;
  const { graph, tenant, apiVersion } = value;
  const known = apiVersion === 'beta' || apiVersion === 'v1.0';
  return typeof graph === 'string' && (tenant === null || typeof tenant === 'string') && known;
}

/**
 * @param what is bound to the target `then`, such as a run, for the message
 * @throws a `refused` Failure where that is another one than `now`
 */
export function checkTarget(what: string, then: RunTarget, now: RunTarget): void {
  const differs = (['graph', 'apiVersion', 'tenant'] as const).find((name) => then[name] !== now[name]);
  if (differs === undefined) return;
  throw new Failure('refused', `${what} belongs to ${describe(then)}, not to ${describe(now)}`, {
    hint: 'give the same --local, --endpoint, --cloud, --api-version and --tenant as then',
  });
}

function describe({ graph, tenant, apiVersion }: RunTarget): string {
  return `${graph} ${apiVersion}${tenant === null ? '' : `, tenant ${tenant}`}`;
}
