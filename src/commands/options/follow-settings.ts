import { DOCUMENTED_QUOTA } from '../../catalog/quota.ts';
import { InputErrors } from '../../outcome/errors.ts';
import { type Condition, readCondition } from '../../overview/condition/index.ts';
import { readReference } from '../../overview/reference.ts';
import { shortestInterval } from '../../service/rounds.ts';
import type { Invocation } from '../command.ts';
import { readDuration } from './duration.ts';
import type { FollowOptions } from './follow-options.ts';
import { type PlaceReference, readPlace } from './place.ts';
import { type GraphSettings, readGraphSettings } from './settings.ts';

const DEFAULT_INTERVAL = '30s';

/** The settings of `watch` and `wait` without the configurations. */
export interface CommonFollowSettings {
  readonly graph: GraphSettings;
  /** In milliseconds; not shorter than the quota allows. */
  readonly interval: number;
  /** Why the interval is longer than requested; undefined if it is not. */
  readonly stretched: string | undefined;
  /** The condition as text and parsed. */
  readonly until: { readonly text: string; readonly condition: Condition } | undefined;
  readonly any: boolean;
}

/** The settings of `watch` and `wait` for given configurations. */
export interface FollowSettings extends CommonFollowSettings {
  /** Each once, in the given order. */
  readonly places: readonly PlaceReference[];
}

/**
 * Reads the configurations, options and conditions of `watch` and `wait`.
 * @param errors the errors that the command has already found
 * @throws a `usage` Failure with all errors
 */
export async function readFollowSettings(
  { args, options, runtime }: Invocation<FollowOptions>,
  errors = new InputErrors(),
): Promise<FollowSettings> {
  const common = readCommonFollowSettings({ options, runtime }, errors);
  const [first = '', ...more] = new Set(args);
  const place = await errors.collectAsync(() =>
    readPlace(first, options, common?.graph.apiVersion ?? 'beta'),
  );
  const others = more.flatMap((text) => {
    const reference = errors.collect(() => readReference(text, 'deviceConfigurationId'));
    return reference === undefined ? [] : [reference];
  });
  if (common === undefined || place === undefined) throw errors.failure();
  errors.throwIfAny();
  const places = [place, ...others.map((reference) => ({ ...place, reference }))];
  const interval = Math.max(common.interval, shortestInterval(places.length, DOCUMENTED_QUOTA));
  return {
    ...common,
    places,
    interval,
    stretched:
      interval === common.interval
        ? undefined
        : `the interval is ${interval / 1_000} s: the quota does not allow reading ${places.length} overviews more often`,
  };
}

/**
 * Reads the options that do not select configurations.
 * @returns undefined if there are errors, which are added to `errors`
 */
export function readCommonFollowSettings(
  { options, runtime }: Pick<Invocation<FollowOptions>, 'options' | 'runtime'>,
  errors: InputErrors,
): CommonFollowSettings | undefined {
  const graph = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const interval = errors.collect(() => readDuration(options.interval ?? DEFAULT_INTERVAL, '--interval'));
  const until = errors.collect(() => readUntil(options.until));
  if (options.any === true && options.until === undefined) {
    errors.add('--any needs a condition', 'add a condition, such as --until "failed eq 0"');
  }
  if (graph === undefined || interval === undefined) return undefined;
  return { graph, interval, stretched: undefined, until, any: options.any === true };
}

function readUntil(text: string | undefined): FollowSettings['until'] {
  return text !== undefined ? { text, condition: readCondition(text, '--until') } : undefined;
}
