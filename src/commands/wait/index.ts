import type { ActingCommand } from '../command.ts';
import { SAMPLE_IDS } from '../examples/sample-ids.ts';
import { CONFIGURATIONS_ARGUMENT } from '../options/follow-options.ts';
import { OPTIONS } from './options.ts';

export const wait = {
  name: 'wait',
  group: 'Read',
  summary: 'Block until a condition holds for all of the given configurations, or for one',
  details:
    'Reads the overviews repeatedly until the condition holds for all of them in one check, then prints them. The exit code\n' +
    'is 0 if it holds, and 124 after --max. A transient error, such as a broken connection or a throttled read, is reported\n' +
    'and retried at the next check; a refusal ends the command.\n\n' +
    'A condition compares properties with eq, ne, gt, ge, lt, le, and joins comparisons with and, or, not, ( ):\n' +
    '  "pending eq 0 and failed lt 5%"        a percentage is of all devices; without devices it never holds\n' +
    '  "last-update gt -1h or conflict gt 0"  dates, and ages before now',
  arguments: [CONFIGURATIONS_ARGUMENT],
  options: OPTIONS,
  examples: [
    {
      what: 'Until at least half of the devices have succeeded',
      line: `wait ${SAMPLE_IDS.direct} --until "success ge 50%" --local`,
    },
    {
      what: 'Until one of two has no conflicts; the ids of those that hold, for a script',
      line:
        `wait ${SAMPLE_IDS.direct} ${SAMPLE_IDS.wifi} --until "conflict lt 1%" --any --max 10m ` +
        "-o tsv --query '[?holds].deviceConfigurationId' --local",
    },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
