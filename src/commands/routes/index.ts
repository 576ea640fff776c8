import type { ActingCommand } from '../command.ts';
import { OPTIONS } from './options.ts';

export const routes = {
  name: 'routes',
  group: 'Look',
  summary: 'the names that --via takes, with their paths',
  arguments: [],
  options: OPTIONS,
  examples: [
    { what: 'the table of routes', line: 'routes' },
    {
      what: 'those that fit a configuration, by its type',
      line: 'routes --for 5a3b1c00-0b1e-4d5a-9c3e-00000000000b --local',
    },
    { what: 'the names alone', line: 'routes --query "[].name" -o tsv' },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
