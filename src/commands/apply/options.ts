import { BULK_OPTIONS } from '../options/bulk-options.ts';
import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Run:', [
    {
      flags: '--resume <run>',
      description: 'Resume an interrupted run instead of reading a file (last: the newest that is not done)',
    },
    {
      flags: '--base <file>',
      description:
        'The export before editing: only edited cells are written; rows that changed in the tenant as well are refused',
    },
    { flags: '--plan <file>', description: 'Save the plan and write nothing' },
    {
      flags: '--no-read',
      description: 'Write without reading first: no row is skipped, and the run cannot be undone',
    },
    { flags: '--shard <i/n>', description: 'Write only this part of the rows, with this part of the quota' },
  ]),
  ...BULK_OPTIONS,
  ...GRAPH_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type ApplyOptions = OptionsOf<typeof OPTIONS>;
