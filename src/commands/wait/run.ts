import { Failure, InputErrors, usage } from '../../outcome/errors.ts';
import type { Result } from '../../outcome/result.ts';
import { waitedView } from '../../present/views/waited.ts';
import { mayRecover, readRounds } from '../../service/rounds.ts';
import type { Action, Invocation } from '../command.ts';
import { type Connection, connect } from '../connection/connect.ts';
import { readLimiter } from '../connection/read-limiter.ts';
import { type ConditionResult, evaluateCondition, isMet } from '../following/condition-result.ts';
import { CountsTracker } from '../following/counts-tracker.ts';
import { commandFailure, resolvePlaces } from '../following/follow-places.ts';
import { readDurationOrZero } from '../options/duration.ts';
import { type FollowSettings, readFollowSettings } from '../options/follow-settings.ts';
import { clockUntil } from './deadline.ts';
import type { WaitOptions } from './options.ts';
import { recordOf, WAIT_FLAT, type WaitRecord } from './record.ts';
import { WaitProgress } from './wait-progress.ts';

const DEFAULT_MAX = '30m';

type Until = NonNullable<FollowSettings['until']>;

export const run: Action<WaitOptions> = async (invocation) => {
  const { runtime, options, emit } = invocation;
  const errors = new InputErrors();
  const maxText = options.max ?? DEFAULT_MAX;
  const max = errors.collect(() => readDurationOrZero(maxText, '--max'));
  if (options.until === undefined)
    errors.add('--until: a condition is needed', 'add a condition, such as --until "failed eq 0"');
  const settings = await readFollowSettings(invocation, errors);
  const { until } = settings;
  if (until === undefined || max === undefined) throw usage('--until: a condition is needed');
  if (settings.stretched !== undefined) emit({ kind: 'note', text: settings.stretched });

  const end = runtime.clock.now() + max;
  const bounded = { ...runtime, clock: clockUntil(runtime.clock, end) };
  // A request may finish after the end, so its time-out is at most --max. With --max 0s, the single check has the normal
  // time-out, and no retries.
  const { timeout } = settings.graph;
  const limits = max === 0 ? { retries: 0 } : { timeout: Math.min(timeout, max) };
  const graph = { ...settings.graph, ...limits };
  const connection = await connect(graph, 'read', { ...invocation, runtime: bounded });
  const results = await waitUntil(until, end, settings, connection, { ...invocation, runtime: bounded });
  // Without results, nothing was read in time; a condition would hold for all of zero overviews.
  const met = results.length > 0 && isMet(results, settings.any);
  return {
    ...resultOf(results, until, settings.places[0]?.route.via ?? 'direct'),
    failure: () => (met ? undefined : timedOut(results, until, max === 0 ? undefined : maxText)),
  };
};

/**
 * Checks until the condition is met or the time is over.
 * @returns the results of the last check
 * @throws the Failure of a read that retrying would not fix
 */
async function waitUntil(
  until: Until,
  end: number,
  settings: FollowSettings,
  connection: Connection,
  { runtime, options, emit }: Invocation<WaitOptions>,
): Promise<readonly ConditionResult[]> {
  const { graph } = connection;
  const { clock, signal } = runtime;
  const rateLimiter = readLimiter(connection, runtime);
  const progress = new WaitProgress(until, runtime.stderr.isTTY === true, emit);
  const counts = new CountsTracker();
  let last: readonly ConditionResult[] = [];
  try {
    const places = await resolvePlaces(graph, settings.places, options.resolve === true, emit);
    const rounds = readRounds(places, {
      graph,
      rateLimiter,
      clock,
      signal,
      interval: settings.interval,
      until: end,
    });
    for await (const { tracks, ended, next } of rounds) {
      const refused = tracks.find(
        ({ failure }) => failure && failure.kind !== 'wait' && !mayRecover(failure),
      );
      if (refused !== undefined) throw await commandFailure(graph, refused, tracks.length);
      const warning = counts.warning(tracks);
      if (warning !== undefined) emit({ kind: 'warning', text: warning });
      last = evaluateCondition(tracks, until.condition, ended);
      if (isMet(last, settings.any)) return last;
      if (clock.now() < end) progress.update(last, next);
      else for (const text of progress.unreported(last)) emit({ kind: 'note', text });
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'wait') throw error;
  }
  return last;
}

function resultOf(results: readonly ConditionResult[], { text }: Until, via: string): Result {
  return {
    data: { value: results.map(recordOf) },
    view: (records, room) => waitedView(records as readonly WaitRecord[], { condition: text, via }, room),
    flat: WAIT_FLAT,
  };
}

/** The failure after the time is over. @param max the time as given; undefined for a single check */
function timedOut(results: readonly ConditionResult[], { text }: Until, max: string | undefined): Failure {
  const missing = results.filter(({ holds }) => !holds).length;
  const count = results.length < 2 ? '' : ` for ${missing} of ${results.length} overviews`;
  const after = max === undefined ? '' : `, timed out after ${max}`;
  return new Failure('wait', `\`${text}\` does not hold${count}${after}${unreadText(results)}`, {
    hint: 'wait longer with `--max`, or follow with `graph-overview watch`',
  });
}

/** Reports overviews that could not be read, since the condition does not hold for them either. */
function unreadText(results: readonly ConditionResult[]): string {
  const failures = results.flatMap(({ track: { failure } }) => failure ?? []);
  const [first] = failures;
  if (results.length === 0) return '; nothing could be read';
  if (first === undefined) return '';
  const what = results.length === 1 ? 'the overview' : `${failures.length} of them`;
  return `; ${what} could not be read: ${first.message}`;
}
