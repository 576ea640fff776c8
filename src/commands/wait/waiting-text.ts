import { propertiesOf } from '../../overview/condition/index.ts';
import type { ConditionResult } from '../following/condition-result.ts';
import type { FollowSettings } from '../options/follow-settings.ts';

/** Number of configurations that are reported with their values. */
const MAX_REPORTED = 3;

type Until = NonNullable<FollowSettings['until']>;

/** ``waiting for `failed eq 0`: holds for 1 of 3; not yet for 5a3b… (failed 11)``. */
export function waitingText(results: readonly ConditionResult[], until: Until): string {
  const missing = results.filter(({ holds }) => !holds);
  const reported = missing.slice(0, MAX_REPORTED).map((one) => `${nameOf(one)} (${valuesText(one, until)})`);
  const more = missing.length > MAX_REPORTED ? ` and ${missing.length - MAX_REPORTED} more` : '';
  const held = results.length - missing.length;
  return `waiting for \`${until.text}\`: holds for ${held} of ${results.length}; not yet for ${reported.join(', ')}${more}`;
}

/** The present values of the properties in the condition: `failed 11, pending 3`; or why it cannot be evaluated. */
function valuesText(
  { track: { overview, failure }, reasons }: ConditionResult,
  { condition }: Until,
): string {
  if (failure !== undefined || overview === undefined) return 'cannot be read';
  if (reasons.length > 0) return reasons.join('; ');
  return propertiesOf(condition)
    .map(({ name, flag }) => `${flag} ${String(overview[name])}`)
    .join(', ');
}

function nameOf({ track }: ConditionResult): string {
  return track.place.displayName ?? track.place.configurationId;
}
