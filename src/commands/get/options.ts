import { FAIL_ON_OPTION } from '../conditions/fail-on-option.ts';
import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { PLACE_OPTIONS } from '../options/place-options.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...PLACE_OPTIONS,
  ...inGroup('Reading:', [
    { flags: '--dry-run', description: 'Print the request instead of sending it' },
    FAIL_ON_OPTION,
  ]),
  ...GRAPH_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type GetOptions = OptionsOf<typeof OPTIONS>;
