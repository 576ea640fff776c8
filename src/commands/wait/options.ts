import { ANY_OPTION, INTERVAL_OPTION, untilOption } from '../options/follow-options.ts';
import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { PLACE_OPTIONS } from '../options/place-options.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Waiting:', [
    untilOption('Condition to wait for; required'),
    ANY_OPTION,
    INTERVAL_OPTION,
    { flags: '--max <duration>', description: 'Maximum time to wait (default 30m); 0s checks once' },
  ]),
  ...PLACE_OPTIONS,
  ...GRAPH_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type WaitOptions = OptionsOf<typeof OPTIONS>;
