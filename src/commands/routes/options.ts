import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Routes:', [
    {
      flags: '--for <configuration>',
      description: 'Read the type of this configuration, and list only the routes that fit it',
    },
  ]),
  ...GRAPH_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type RoutesOptions = OptionsOf<typeof OPTIONS>;
