import type { ActingCommand } from '../command.ts';
import { SAMPLE_IDS } from '../examples/sample-ids.ts';
import { BULK_OPTIONS } from '../options/bulk-options.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

const OPTIONS = [...BULK_OPTIONS, ...GRAPH_OPTIONS, ...OUTPUT_OPTIONS] as const;

export const undo = {
  name: 'undo',
  group: 'Change',
  summary: 'Restore the values before a run',
  details:
    'Restores the values that the overviews had before a run, of the properties that the run wrote. A row that has changed\n' +
    'since the run is refused without --force. An undo is itself a run: it can be resumed and undone.',
  arguments: [
    { name: '<run>', description: 'A run that `runs` lists; last for the newest that wrote something' },
  ],
  options: OPTIONS,
  examples: [
    { what: 'A change to undo', line: `patch ${SAMPLE_IDS.direct} --error 3 --diff --local` },
    { what: 'What would be restored', line: 'undo last --dry-run --local' },
    { what: 'Undo it without a prompt', line: 'undo last --yes --local' },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
