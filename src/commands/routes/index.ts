import type { ActingCommand } from '../command.ts';
import { OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const routes = {
  name: 'routes',
  group: 'Look',
  summary: 'the names that --via takes, with their paths',
  arguments: [],
  options: OUTPUT_OPTIONS,
  examples: [
    { what: 'the table of routes', line: 'routes' },
    { what: 'the names alone', line: 'routes --query "[].name" -o tsv' },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OUTPUT_OPTIONS>;
