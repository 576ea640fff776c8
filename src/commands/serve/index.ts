import type { ActingCommand } from '../command.ts';
import { OPTIONS } from './options.ts';

export const serve = {
  name: 'serve',
  group: 'Prepare',
  summary: 'Run the built-in mock Graph as a server on loopback, for rehearsals and tests',
  details:
    'Starts the built-in mock Graph on 127.0.0.1 with a sample tenant, prints its address, and runs until it is stopped.\n' +
    'Any client of Graph can use it.',
  arguments: [],
  options: OPTIONS,
  examples: [
    { what: 'A server on a free port, until Ctrl-C', line: 'serve' },
    {
      what: 'A server like a strict service, with a log of its requests',
      line: 'serve --strict-odata --log requests.jsonl',
    },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
