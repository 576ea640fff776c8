import { FAIL_ON_OPTION } from '../conditions/fail-on-option.ts';
import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { SELECTION_OPTIONS } from '../options/selection-options.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Selection:', [...SELECTION_OPTIONS, FAIL_ON_OPTION]),
  ...inGroup('Table:', [
    {
      flags: '--columns <names>',
      description:
        'Columns separated by commas: name, id, type, devices, bar, and properties such as failed or last-update',
    },
    {
      flags: '--excel',
      description: 'With -o csv: use the format of Excel, with a byte-order mark and semicolons',
    },
  ]),
  ...GRAPH_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type ListOptions = OptionsOf<typeof OPTIONS>;
