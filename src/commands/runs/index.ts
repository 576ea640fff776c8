import type { Command } from '../command.ts';
import { inGroup, OUTPUT_OPTIONS } from '../shared-options.ts';

export const runs: Command = {
  name: 'runs',
  group: 'Change',
  summary: 'past runs; `runs show <run>` accounts for every row of one',
  arguments: [
    { name: '[action]', description: 'show', choices: ['show'] },
    { name: '[run]', description: 'the run to show' },
  ],
  options: [
    ...inGroup('Journals:', [
      {
        flags: '--journal <files...>',
        description: 'read these journals instead of those in the state folder',
      },
    ]),
    ...OUTPUT_OPTIONS,
  ],
  examples: [
    { what: 'all runs, newest first', line: 'runs' },
    { what: 'every row of one, as a file', line: 'runs show 20260102-030405-7f3a1b2c -o csv' },
  ],
  load: async () => (await import('./run.ts')).run,
};
