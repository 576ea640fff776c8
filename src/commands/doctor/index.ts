import type { ActingCommand } from '../command.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

const OPTIONS = [...GRAPH_OPTIONS, ...OUTPUT_OPTIONS] as const;

export const doctor = {
  name: 'doctor',
  group: 'Prepare',
  summary: 'check everything between here and Graph, and suggest fixes',
  details:
    'Checks the Node version, the proxy, the connections to the sign-in service and to Graph, the clock, the sign-in, the token\n' +
    'and its permissions, and reads one configuration. The exit code is that of the first check that failed.',
  arguments: [],
  options: OPTIONS,
  examples: [
    { what: 'everything', line: 'doctor --local' },
    { what: 'what failed, for a script', line: `doctor --local -o json --query "[?verdict=='fail']"` },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
