import type { Command } from '../command.ts';
import { SAMPLE_IDS } from '../examples/sample-ids.ts';
import { inGroup, OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const runs: Command = {
  name: 'runs',
  group: 'Change',
  summary: 'past runs; `runs show <run>` accounts for every row of one, `runs prune` removes old ones',
  arguments: [
    { name: '[action]', description: 'show or prune', choices: ['show', 'prune'] },
    { name: '[run]', description: 'the run to show; last for the newest' },
  ],
  options: [
    ...inGroup('Journals:', [
      {
        flags: '--journal <files...>',
        description: 'read these journals instead of those in the state folder',
      },
    ]),
    ...inGroup('Prune:', [
      { flags: '--older-than <age>', description: 'runs that ended longer ago, such as 90d' },
      {
        flags: '--keep <n>',
        description: 'never the newest so many; without an age, only runs that are done',
      },
      { flags: '-y, --yes', description: 'do not ask; needed where no terminal can be asked' },
    ]),
    ...OUTPUT_OPTIONS,
  ],
  examples: [
    { what: 'a run to look at', line: `patch ${SAMPLE_IDS.direct} --error 3 --diff --local` },
    { what: 'all runs, newest first', line: 'runs' },
    { what: 'every row of the last one, as a file', line: 'runs show last -o csv' },
  ],
  load: async () => (await import('./run.ts')).run,
};
