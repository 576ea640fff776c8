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

/** What could not be read does not hold, whatever was there before. */
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

/** Whether that is enough: all of them, or one. */
export function isMet(results: readonly ConditionResult[], any: boolean): boolean {
  return any ? results.some(({ holds }) => holds) : results.every(({ holds }) => holds);
}

/** Why the condition cannot be evaluated, for those results where it cannot. */
export function undecidedReasons(results: readonly ConditionResult[]): readonly string[] {
  return results
    .filter(({ reasons }) => reasons.length > 0)
    .map(
      ({ track, reasons }) =>
        `${labelOf(track.place.configurationId, track.place.displayName)}: ${reasons.join('; ')}`,
    );
}
