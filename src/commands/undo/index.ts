import { BULK_OPTIONS } from '../bulk-options.ts';
import type { Command } from '../command.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../shared-options.ts';

export const undo: Command = {
  name: 'undo',
  group: 'Change',
  summary: 'put the values before a run back',
  details:
    'Plans and writes the values that the overviews had before a run, of the properties that the run wrote. A row that\n' +
    'someone changed since is refused, unless --force is given. An undo is a run itself: it can be resumed and undone.',
  arguments: [{ name: '<run>', description: 'a run that `runs` lists' }],
  options: [...BULK_OPTIONS, ...GRAPH_OPTIONS, ...OUTPUT_OPTIONS],
  examples: [
    { what: 'what would be put back', line: 'undo 20260102-030405-7f3a1b2c --dry-run --local' },
    { what: 'put it back', line: 'undo 20260102-030405-7f3a1b2c --yes --local' },
  ],
  load: async () => (await import('./run.ts')).run,
};
