import { type Condition, evaluate } from '../../overview/condition/index.ts';
import { labelOf } from '../../overview/label.ts';
import type { Track } from '../../service/track.ts';

/** Whether the condition holds for the result of the last check. */
export interface ConditionResult {
  readonly track: Track;
  readonly holds: boolean;
  /** Why it cannot be evaluated, if it cannot. */
  readonly reasons: readonly string[];
}

/**
 * Evaluates the condition for each track. It does not hold if the last read failed.
 * @param now milliseconds since the epoch, for ages
 */
export function evaluateCondition(
  tracks: readonly Track[],
  condition: Condition,
  now: number,
): readonly ConditionResult[] {
  return tracks.map((track) => {
    const { overview, failure } = track;
    if (overview === undefined || failure !== undefined) return { track, holds: false, reasons: [] };
    return { track, ...evaluate(condition, overview, now) };
  });
}

/** Whether the condition holds for all, or with `any` for one. */
export function isMet(results: readonly ConditionResult[], any: boolean): boolean {
  return any ? results.some(({ holds }) => holds) : results.every(({ holds }) => holds);
}

/** The reasons of the results whose condition cannot be evaluated, each with its configuration. */
export function undecidedReasons(results: readonly ConditionResult[]): readonly string[] {
  return results
    .filter(({ reasons }) => reasons.length > 0)
    .map(
      ({ track, reasons }) =>
        `${labelOf(track.place.configurationId, track.place.displayName)}: ${reasons.join('; ')}`,
    );
}
