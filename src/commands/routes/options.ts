import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Routes:', [
    {
      flags: '--for <configuration>',
      description: 'read the type of this one, and show the routes that fit it',
    },
  ]),
  ...GRAPH_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type RoutesOptions = OptionsOf<typeof OPTIONS>;
