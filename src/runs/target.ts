import { Failure } from '../outcome/errors.ts';
import { isObject } from '../text/is-object.ts';

/** The target of a run. The run is never resumed, undone or applied on another target. */
export interface RunTarget {
  /** `local`, an endpoint, or the Graph of a cloud. */
  readonly graph: string;
  /** Id of the tenant; null if the token does not have it. */
  readonly tenant: string | null;
  readonly apiVersion: string;
}

/** Whether a value from a file is a valid target. */
export function isTarget(value: unknown): value is RunTarget {
  if (!isObject(value)) return false;
  const { graph, tenant, apiVersion } = value;
  const known = apiVersion === 'beta' || apiVersion === 'v1.0';
  return typeof graph === 'string' && (tenant === null || typeof tenant === 'string') && known;
}

/**
 * Checks that a run or a plan is used with its own target.
 * @param what the run or plan, for the message
 * @throws a `refused` Failure if `now` is another target than `then`
 */
export function checkTarget(what: string, then: RunTarget, now: RunTarget): void {
  const differs = (['graph', 'apiVersion', 'tenant'] as const).find((name) => then[name] !== now[name]);
  if (differs === undefined) return;
  throw new Failure('refused', `${what} belongs to ${describe(then)}, not to ${describe(now)}`, {
    hint: 'use the same --local, --endpoint, --cloud, --api-version and --tenant as before',
  });
}

function describe({ graph, tenant, apiVersion }: RunTarget): string {
  return `${graph} ${apiVersion}${tenant === null ? '' : `, tenant ${tenant}`}`;
}
