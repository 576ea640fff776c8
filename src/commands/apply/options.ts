import { BULK_OPTIONS } from '../options/bulk-options.ts';
import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Run:', [
    {
      flags: '--resume <run>',
      description:
        'Finish a run that was interrupted (last: the newest that is not done); no file is given then',
    },
    {
      flags: '--base <file>',
      description:
        'The export that the file was edited from: only edited cells are written, and none that changed in the tenant too',
    },
    { flags: '--plan <file>', description: 'Save the plan and write nothing' },
    {
      flags: '--no-read',
      description: 'Write without reading first: nothing is skipped, nothing can be undone',
    },
    { flags: '--shard <i/n>', description: 'Write only this part of the rows, with this part of the quota' },
  ]),
  ...BULK_OPTIONS,
  ...GRAPH_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type ApplyOptions = OptionsOf<typeof OPTIONS>;
