import { InputErrors } from '../../outcome/errors.ts';
import type { Invocation } from '../command.ts';
import {
  type CommonFollowSettings,
  type FollowSettings,
  readCommonFollowSettings,
  readFollowSettings,
} from '../options/follow-settings.ts';
import type { PlaceOptions } from '../options/place-options.ts';
import type { SelectionOptions } from '../options/selection-options.ts';
import { readSelection, type Selection } from '../selection/selection.ts';
import type { WatchOptions } from './options.ts';

/** The settings of `watch`: for given configurations, or for a selection of the tenant. */
export type WatchSettings = FollowSettings | TenantSettings;

/** Settings without configurations. */
interface TenantSettings extends CommonFollowSettings {
  readonly selection: Selection;
}

/** The default order: most failures and errors first. */
const DEFAULT_ORDER = '-failed,-error,name';

/** Options that select among all configurations. */
const SELECTION_FLAGS = {
  where: '--where',
  name: '--name',
  type: '--type',
  sort: '--sort',
  top: '--top',
} as const satisfies Record<keyof SelectionOptions, string>;
/** Options that need given configurations. */
const ROUTE_FLAGS = {
  via: '--via',
  certificateId: '--certificate-id',
  resolve: '--resolve',
} as const satisfies Record<keyof PlaceOptions, string>;

/** Reads the settings of `watch`. @throws a `usage` Failure with all errors */
export async function readWatchSettings(invocation: Invocation<WatchOptions>): Promise<WatchSettings> {
  const { args, options, runtime } = invocation;
  const errors = new InputErrors();
  const given = args.length > 0;
  for (const [member, flag] of Object.entries(given ? SELECTION_FLAGS : ROUTE_FLAGS)) {
    if (options[member as keyof typeof SELECTION_FLAGS | keyof typeof ROUTE_FLAGS] === undefined) continue;
    if (given) errors.add(`${flag} and configurations cannot be used together`, 'remove one of the two');
    else errors.add(`${flag} needs a configuration`, 'add a configuration');
  }
  if (given) return readFollowSettings(invocation, errors);
  const following = readCommonFollowSettings({ options, runtime }, errors);
  const selection = errors.collect(() =>
    readSelection({ ...options, sort: options.sort ?? DEFAULT_ORDER }, runtime.clock.now()),
  );
  if (following === undefined || selection === undefined) throw errors.failure();
  errors.throwIfAny();
  return { ...following, selection };
}
