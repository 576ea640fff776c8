import type { ArgumentRow } from '../command.ts';
import type { OptionRow, OptionsOf } from './option-row.ts';
import type { PlaceOptions } from './place-options.ts';
import type { GraphOptions } from './shared-options.ts';

/** The configurations whose overviews are read repeatedly. */
export const CONFIGURATIONS_ARGUMENT: ArgumentRow = {
  name: '<configurations...>',
  description: 'Display names, GUIDs, id:<text> or name:<text>; after `--` if one starts with a dash',
};

/** Optional: without any, the selected configurations of the tenant. */
export const OPTIONAL_CONFIGURATIONS_ARGUMENT: ArgumentRow = {
  name: CONFIGURATIONS_ARGUMENT.name.replace('<', '[').replace('>', ']'),
  description: `${CONFIGURATIONS_ARGUMENT.description}; without any, all that are selected`,
};

/** Options of `watch` and `wait`; each command adds its headings. */
export const INTERVAL_OPTION = {
  flags: '--interval <duration>',
  description: 'Time between checks (default 30s); never shorter than the quota allows',
} as const satisfies OptionRow;

export const ANY_OPTION = {
  flags: '--any',
  description: 'The condition has to hold for one of them only',
} as const satisfies OptionRow;

/** The option for a condition, with the description of the command. */
export function untilOption(description: string) {
  return { flags: '--until <condition>', description } as const satisfies OptionRow;
}

export type FollowOptions = GraphOptions &
  PlaceOptions &
  OptionsOf<[typeof INTERVAL_OPTION, typeof ANY_OPTION, ReturnType<typeof untilOption>]>;
