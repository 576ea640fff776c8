import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { OUTPUT_OPTIONS, YES_OPTION } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Journals:', [
    {
      flags: '--journal <files...>',
      description: 'Read these journals instead of those in the state folder',
    },
  ]),
  ...inGroup('Prune:', [
    { flags: '--older-than <age>', description: 'Remove runs that ended longer ago than this, such as 90d' },
    {
      flags: '--keep <n>',
      description: 'Keep the newest n runs; without --older-than, remove only runs that are done',
    },
    YES_OPTION,
  ]),
  ...OUTPUT_OPTIONS,
] as const;

export type RunsOptions = OptionsOf<typeof OPTIONS>;
