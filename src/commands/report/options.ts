import { FAIL_ON_OPTION } from '../conditions/fail-on-option.ts';
import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Report:', [
    {
      flags: '--out <file>',
      description: 'write the page there, whole or not at all (default: standard output)',
    },
    {
      flags: '--from <file>',
      description: 'what `list -o json` printed, in place of the tenant; - for standard input',
    },
    {
      flags: '--compare <file>',
      description: 'an older one of such files: show what changed since; - for standard input',
    },
    FAIL_ON_OPTION,
  ]),
  ...GRAPH_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type ReportOptions = OptionsOf<typeof OPTIONS>;
