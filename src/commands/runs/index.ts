import type { ActingCommand } from '../command.ts';
import { SAMPLE_IDS } from '../examples/sample-ids.ts';
import { OPTIONS } from './options.ts';

export const runs = {
  name: 'runs',
  group: 'Change',
  summary: 'past runs; `runs show <run>` accounts for every row of one, `runs prune` removes old ones',
  arguments: [
    { name: '[action]', description: 'show or prune', choices: ['show', 'prune'] },
    { name: '[run]', description: 'the run to show; last for the newest' },
  ],
  options: OPTIONS,
  examples: [
    { what: 'a run to look at', line: `patch ${SAMPLE_IDS.direct} --error 3 --diff --local` },
    { what: 'all runs, newest first', line: 'runs' },
    { what: 'every row of the last one, as a file', line: 'runs show last -o csv' },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
