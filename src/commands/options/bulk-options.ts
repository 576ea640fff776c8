import { inGroup, type OptionsOf } from './option-row.ts';
import { YES_OPTION } from './shared-options.ts';

/** Options of commands that write many overviews. */
export const BULK_OPTIONS = inGroup('Writing:', [
  YES_OPTION,
  { flags: '--dry-run', description: 'Read and print the plan, but write nothing' },
  { flags: '--detailed-exitcode', description: 'With --dry-run: exit code 10 if anything would change' },
  {
    flags: '--rate <n/duration>',
    description: 'Maximum number of writes in a window (default 100/20s, the documented quota)',
  },
  { flags: '--no-verify', description: 'Do not read back what was written' },
  {
    flags: '--lenient',
    description: 'Report differences from what was sent as warnings, not with exit code 9',
  },
  { flags: '--force', description: 'Write even if values have changed since the plan or the run' },
  {
    flags: '--deadline <duration>',
    description: 'Send no further row after this time; the rest can be resumed',
  },
  {
    flags: '--take-over',
    description: 'Take over the run of an ended process of another host or container',
  },
]);

export type BulkOptions = OptionsOf<typeof BULK_OPTIONS>;
