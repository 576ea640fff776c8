import { inGroup, type OptionsOf } from './option-row.ts';
import { YES_OPTION } from './shared-options.ts';

/** Options of commands that write many overviews. */
export const BULK_OPTIONS = inGroup('Writing:', [
  YES_OPTION,
  { flags: '--dry-run', description: 'read, print the plan, write nothing' },
  { flags: '--detailed-exitcode', description: 'with --dry-run: exit code 10 when something would change' },
  { flags: '--rate <n/duration>', description: 'writes in a window (default the documented quota, 100/20s)' },
  { flags: '--no-verify', description: 'do not read back what was written' },
  {
    flags: '--lenient',
    description: 'a difference between what was sent and what is there is a warning, not exit code 9',
  },
  { flags: '--force', description: 'go on where values changed since the plan or the run was made' },
  { flags: '--deadline <duration>', description: 'begin no row after it; the rest can be resumed' },
  {
    flags: '--take-over',
    description: 'take the run over from a process of another host or container that has ended',
  },
]);

export type BulkOptions = OptionsOf<typeof BULK_OPTIONS>;
