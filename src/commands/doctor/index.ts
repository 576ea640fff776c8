import type { ActingCommand } from '../command.ts';
import { SAMPLE_IDS } from '../examples/sample-ids.ts';
import { OPTIONS } from './options.ts';

export const doctor = {
  name: 'doctor',
  group: 'Prepare',
  summary: 'Check the network, the sign-in and the permissions, and suggest fixes',
  details:
    'Checks the Node version, the proxy, the connections to the sign-in service and to Graph, the clock, the sign-in, the token\n' +
    'and its permissions, and reads one configuration. The exit code is that of the first check that failed.\n\n' +
    'With --probe-write it also writes, after a prompt: first the present values of the overview, then one changed value\n' +
    '(usually the last update, by a second), which is then restored. To detect a service that ignores writes takes ten\n' +
    'seconds.',
  arguments: [],
  options: OPTIONS,
  examples: [
    { what: 'All checks', line: 'doctor --local' },
    {
      what: 'Test whether the service stores what is written',
      line: `doctor --probe-write ${SAMPLE_IDS.direct} --yes --local`,
    },
    { what: 'Failed checks, for a script', line: `doctor --local -o json --query "[?verdict=='fail']"` },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
