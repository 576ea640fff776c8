import { InputErrors } from '../../outcome/errors.ts';
import type { Invocation } from '../command.ts';
import {
  type Following,
  type FollowSettings,
  readFollowing,
  readFollowSettings,
} from '../options/follow-settings.ts';
import type { PlaceOptions } from '../options/place-options.ts';
import type { SelectionOptions } from '../options/selection-options.ts';
import { readSelection, type Selection } from '../selection/selection.ts';
import type { WatchOptions } from './options.ts';

/** What is watched: the configurations that are given, or what is selected of the whole tenant. */
export type WatchSettings = FollowSettings | TenantSettings;

/** Without configurations. */
interface TenantSettings extends Following {
  readonly selection: Selection;
}

/** What needs attention comes first, where nothing else is asked for. */
const WORST_FIRST = '-failed,-error,name';

/** Options for configurations that are selected among all, and those for configurations that are given. */
const SELECTING = {
  where: '--where',
  name: '--name',
  type: '--type',
  sort: '--sort',
  top: '--top',
} as const satisfies Record<keyof SelectionOptions, string>;
const REACHING = {
  via: '--via',
  certificateId: '--certificate-id',
  resolve: '--resolve',
} as const satisfies Record<keyof PlaceOptions, string>;

/** @throws a `usage` Failure that holds every error */
export async function readWatchSettings(invocation: Invocation<WatchOptions>): Promise<WatchSettings> {
  const { args, options, runtime } = invocation;
  const errors = new InputErrors();
  const given = args.length > 0;
  for (const [member, flag] of Object.entries(given ? SELECTING : REACHING)) {
    if (options[member as keyof typeof SELECTING | keyof typeof REACHING] === undefined) continue;
    if (given)
      errors.add(`${flag} selects among all configurations, and some are given`, 'give one or the other');
    else
      errors.add(
        `${flag} is for configurations that are given, and none is`,
        'give the configuration as well',
      );
  }
  if (given) return readFollowSettings(invocation, errors);
  const following = readFollowing({ options, runtime }, errors);
  const selection = errors.collect(() =>
    readSelection({ ...options, sort: options.sort ?? WORST_FIRST }, runtime.clock.now()),
  );
  if (following === undefined || selection === undefined) throw errors.failure();
  errors.throwIfAny();
  return { ...following, selection };
}
