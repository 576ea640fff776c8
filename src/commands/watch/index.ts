import type { ActingCommand } from '../command.ts';
import { SAMPLE_IDS } from '../examples/sample-ids.ts';
import { OPTIONAL_CONFIGURATIONS_ARGUMENT } from '../options/follow-options.ts';
import { OPTIONS } from './options.ts';

export const watch = {
  name: 'watch',
  group: 'Read',
  summary: 'Show overviews of the tenant or of some configurations as they change',
  details:
    'On a terminal the counts are redrawn in place, with the changes since the last check and since the start, and a\n' +
    'sparkline for each; q or Ctrl-C ends it, and the last state stays on the terminal. In a pipe it prints a line\n' +
    'for each overview at the start and for each change; -o jsonl prints a record for each.\n' +
    'A failed read is reported and retried at the next check.\n\n' +
    'Without configurations it watches the whole tenant, or the selection of --where, --name and --type, with one line\n' +
    'for each: the latest changes come first, then the order of --sort (default: most failures first). A configuration\n' +
    'stays on the screen when the condition no longer holds; --top shows the first n of each check.\n' +
    'Each check reads by pages.\n\n' +
    'With --until it ends with exit code 0 as soon as the condition holds for all of them; if it is interrupted before,\n' +
    'the exit code is 130. For a pipeline with a time limit, use `graph-overview wait`.',
  arguments: [OPTIONAL_CONFIGURATIONS_ARGUMENT],
  options: OPTIONS,
  examples: [
    { what: 'The whole tenant, latest changes first', line: 'watch --local' },
    {
      what: 'The ten configurations with the most failures',
      line: 'watch --where "failed gt 0 or error gt 0" --sort -failed --top 10 --local',
    },
    {
      what: 'Two configurations, until q or Ctrl-C',
      line: `watch ${SAMPLE_IDS.direct} ${SAMPLE_IDS.wifi} --local`,
    },
    {
      what: 'Check every 5 seconds until at most 5 % of the devices are pending',
      line: `watch ${SAMPLE_IDS.direct} --interval 5s --until "pending le 5%" --local`,
    },
    {
      what: 'A record for each change, for a log or for jq',
      line: `watch ${SAMPLE_IDS.direct} --until "success gt 0" -o jsonl --local`,
    },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
