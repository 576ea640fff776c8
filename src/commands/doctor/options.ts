import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS, YES_OPTION } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Writing:', [
    {
      flags: '--probe-write <configuration>',
      description:
        'Also test whether the service stores, ignores or refuses what is written to the overview of a configuration',
    },
    YES_OPTION,
  ]),
  ...GRAPH_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type DoctorOptions = OptionsOf<typeof OPTIONS>;
