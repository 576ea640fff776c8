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
    'With --probe-write it also writes, once you have agreed: the values of the overview as they are, then one value that\n' +
    'differs for a moment (as a rule the last update, moved by a second), which is put back. A service that ignores what is\n' +
    'written takes ten seconds to tell.',
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
