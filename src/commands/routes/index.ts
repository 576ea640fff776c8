import type { ActingCommand } from '../command.ts';
import { OPTIONS } from './options.ts';

export const routes = {
  name: 'routes',
  group: 'Read',
  summary: 'List the values of --via with their paths',
  arguments: [],
  options: OPTIONS,
  examples: [
    { what: 'The table of routes', line: 'routes' },
    {
      what: 'The routes that fit the type of a configuration',
      line: 'routes --for 5a3b1c00-0b1e-4d5a-9c3e-00000000000b --local',
    },
    { what: 'Only the names', line: 'routes --query "[].name" -o tsv' },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
