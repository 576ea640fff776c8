import type { ArgumentRow, OptionRow } from '../command.ts';
import { inGroup } from './shared-options.ts';

/** The configuration that a command starts from. */
export const CONFIGURATION_ARGUMENT: ArgumentRow = {
  name: '<deviceConfigurationId>',
  description: 'id of the device configuration; after `--` where it starts with a dash',
};

/** Which overview is meant, seen from the configuration. */
export const PLACE_OPTIONS: readonly OptionRow[] = inGroup('Route:', [
  {
    flags: '--via <route>',
    description:
      'a name that `routes` lists, or a path of Graph’s metadata with its ids in place (default direct)',
  },
  { flags: '--certificate-id <id>', description: 'the id that a route through a collection needs' },
  {
    flags: '--resolve',
    description:
      'for a route without a cast: read the type of the configuration and use the cast that fits it',
  },
]);
