import { FAIL_ON_OPTION } from '../conditions/fail-on-option.ts';
import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Report:', [
    {
      flags: '--out <file>',
      description: 'Write the page to this file atomically (default: standard output)',
    },
    {
      flags: '--from <file>',
      description: 'Use the output of `list -o json` instead of the tenant; - for standard input',
    },
    {
      flags: '--compare <file>',
      description: 'Show the changes since an older output of `list -o json`; - for standard input',
    },
    FAIL_ON_OPTION,
  ]),
  ...GRAPH_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type ReportOptions = OptionsOf<typeof OPTIONS>;
