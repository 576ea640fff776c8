import { DOCUMENTED_QUOTA } from '../../catalog/quota.ts';
import { InputErrors } from '../../outcome/errors.ts';
import { type Condition, readCondition } from '../../overview/condition/index.ts';
import { readReference } from '../../overview/reference.ts';
import { shortestInterval } from '../../service/rounds.ts';
import type { Invocation } from '../command.ts';
import { readDuration } from './duration.ts';
import type { FollowOptions } from './follow-options.ts';
import { type AskedPlace, readPlace } from './place.ts';
import { type GraphSettings, readGraphSettings } from './settings.ts';

const DEFAULT_INTERVAL = '30s';

/** How something is followed, whatever it is. */
export interface Following {
  readonly graph: GraphSettings;
  /** In milliseconds, and not shorter than the quota allows. */
  readonly interval: number;
  /** Why the interval is longer than was asked for. */
  readonly stretched: string | undefined;
  /** The condition, as it was given and as it was read. */
  readonly until: { readonly text: string; readonly condition: Condition } | undefined;
  readonly any: boolean;
}

/** What `watch` and `wait` have in common where configurations are given. */
export interface FollowSettings extends Following {
  /** Each once, in the order in which they were given. */
  readonly places: readonly AskedPlace[];
}

/**
 * Reads ids, options and conditions of `watch` and `wait`; what a command reads itself is collected in `errors` as well.
 * @throws a `usage` Failure that holds every error
 */
export async function readFollowSettings(
  { args, options, runtime }: Invocation<FollowOptions>,
  errors = new InputErrors(),
): Promise<FollowSettings> {
  const following = readFollowing({ options, runtime }, errors);
  const [first = '', ...more] = new Set(args);
  const place = await errors.collectAsync(() =>
    readPlace(first, options, following?.graph.apiVersion ?? 'beta'),
  );
  const others = more.flatMap((text) => {
    const reference = errors.collect(() => readReference(text, 'deviceConfigurationId'));
    return reference === undefined ? [] : [reference];
  });
  if (following === undefined || place === undefined) throw errors.failure();
  errors.throwIfAny();
  const places = [place, ...others.map((reference) => ({ ...place, reference }))];
  const interval = Math.max(following.interval, shortestInterval(places.length, DOCUMENTED_QUOTA));
  return {
    ...following,
    places,
    interval,
    stretched:
      interval === following.interval
        ? undefined
        : `the quota lets ${places.length} overviews be read once in ${interval / 1_000} s, so that is the interval`,
  };
}

/**
 * Reads the options that do not say what is followed.
 * @returns undefined where there are errors in `errors`
 */
export function readFollowing(
  { options, runtime }: Pick<Invocation<FollowOptions>, 'options' | 'runtime'>,
  errors: InputErrors,
): Following | undefined {
  const graph = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const interval = errors.collect(() => readDuration(options.interval ?? DEFAULT_INTERVAL, '--interval'));
  const until = errors.collect(() => readUntil(options.until));
  if (options.any === true && options.until === undefined) {
    errors.add(
      '--any says for how many a condition has to hold, and there is none',
      'give it with --until "failed eq 0"',
    );
  }
  if (graph === undefined || interval === undefined) return undefined;
  return { graph, interval, stretched: undefined, until, any: options.any === true };
}

function readUntil(text: string | undefined): FollowSettings['until'] {
  return text !== undefined ? { text, condition: readCondition(text, '--until') } : undefined;
}
