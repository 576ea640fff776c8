import { ANY_OPTION, INTERVAL_OPTION, untilOption } from '../options/follow-options.ts';
import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { PLACE_OPTIONS } from '../options/place-options.ts';
import { SELECTION_OPTIONS } from '../options/selection-options.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Watching:', [
    INTERVAL_OPTION,
    untilOption('End when this holds, such as "pending eq 0"'),
    ANY_OPTION,
  ]),
  ...inGroup('Selection, without configurations:', SELECTION_OPTIONS),
  ...PLACE_OPTIONS,
  ...GRAPH_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type WatchOptions = OptionsOf<typeof OPTIONS>;
