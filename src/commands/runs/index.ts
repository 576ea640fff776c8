import type { ActingCommand } from '../command.ts';
import { SAMPLE_IDS } from '../examples/sample-ids.ts';
import { OPTIONS } from './options.ts';

export const runs = {
  name: 'runs',
  group: 'Change',
  summary: 'List past runs; `runs show <run>` lists the rows of one, `runs prune` removes old ones',
  arguments: [
    { name: '[action]', description: 'Show or prune', choices: ['show', 'prune'] },
    { name: '[run]', description: 'The run to show; last for the newest' },
  ],
  options: OPTIONS,
  examples: [
    { what: 'A run to show', line: `patch ${SAMPLE_IDS.direct} --error 3 --diff --local` },
    { what: 'All runs, newest first', line: 'runs' },
    { what: 'Every row of the last one, as a file', line: 'runs show last -o csv' },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
