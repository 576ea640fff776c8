import type { ArgumentRow, OptionRow } from '../command.ts';

/** The configurations whose overviews are looked at again and again. */
export const CONFIGURATIONS_ARGUMENT: ArgumentRow = {
  name: '<deviceConfigurationIds...>',
  description: 'ids of device configurations; after `--` where one starts with a dash',
};

/** How often, and what for. The headings are those of the command. */
export const INTERVAL_OPTION: OptionRow = {
  flags: '--interval <duration>',
  description: 'from one look to the next (default 30s); never shorter than the quota allows',
};

export const ANY_OPTION: OptionRow = {
  flags: '--any',
  description: 'it is enough that the condition holds for one of them',
};
