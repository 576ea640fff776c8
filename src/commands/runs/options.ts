import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Journals:', [
    {
      flags: '--journal <files...>',
      description: 'read these journals instead of those in the state folder',
    },
  ]),
  ...OUTPUT_OPTIONS,
] as const;

export type RunsOptions = OptionsOf<typeof OPTIONS>;
