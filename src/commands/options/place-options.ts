import type { ArgumentRow } from '../command.ts';
import { inGroup, type OptionsOf } from './option-row.ts';

/** The configuration of an overview. */
export const CONFIGURATION_ARGUMENT: ArgumentRow = {
  name: '<configuration>',
  description: 'Display name, GUID, id:<text> or name:<text>; after `--` if it starts with a dash',
};

/** Options for the route from the configuration to the overview. */
export const PLACE_OPTIONS = inGroup('Route:', [
  {
    flags: '--via <route>',
    description:
      'A name that `routes` lists, or a path of Graph’s metadata with its ids in place (default direct)',
  },
  { flags: '--certificate-id <id>', description: 'Id for a route through a list of certificates' },
  {
    flags: '--resolve',
    description: 'For a route that needs the type of the configuration: read it, and use the route that fits',
  },
]);

export type PlaceOptions = OptionsOf<typeof PLACE_OPTIONS>;
