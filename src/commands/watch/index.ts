import type { ActingCommand } from '../command.ts';
import { SAMPLE_IDS } from '../examples/sample-ids.ts';
import { OPTIONAL_CONFIGURATIONS_ARGUMENT } from '../options/follow-options.ts';
import { OPTIONS } from './options.ts';

export const watch = {
  name: 'watch',
  group: 'Look',
  summary: 'Overviews as they change, of the whole tenant or of some: a screen, or a line for each change',
  details:
    'On a terminal it draws the counts in place, with what changed since the last look and since the start, and a\n' +
    'sparkline for each; q or Ctrl-C ends it, and the last state stays on the terminal. In a pipe it prints a line\n' +
    'for each overview at the start and for each change; -o jsonl prints a record for each.\n' +
    'What cannot be read is said and tried again at the next look.\n\n' +
    'Without configurations it watches the whole tenant, or what --where, --name and --type select, in a line each:\n' +
    'what changed last comes first, then the order of --sort (the worst first, where it is not given). What was\n' +
    'selected once stays on the screen when the condition no longer holds; --top shows the first n of each look.\n' +
    'Each look reads by pages.\n\n' +
    'With --until it ends with exit code 0 as soon as the condition holds for all of them; ended by hand before,\n' +
    'it is exit code 130. For a pipeline that must not wait for ever there is `graph-overview wait`.',
  arguments: [OPTIONAL_CONFIGURATIONS_ARGUMENT],
  options: OPTIONS,
  examples: [
    { what: 'The whole tenant, what changed first', line: 'watch --local' },
    {
      what: 'The ten worst of all that fail',
      line: 'watch --where "failed gt 0 or error gt 0" --sort -failed --top 10 --local',
    },
    {
      what: 'Two configurations, until q or Ctrl-C',
      line: `watch ${SAMPLE_IDS.direct} ${SAMPLE_IDS.wifi} --local`,
    },
    {
      what: 'Look every 5 seconds until at most 5 % of the devices are pending',
      line: `watch ${SAMPLE_IDS.direct} --interval 5s --until "pending le 5%" --local`,
    },
    {
      what: 'A record for each change, for a log or for jq',
      line: `watch ${SAMPLE_IDS.direct} --until "success gt 0" -o jsonl --local`,
    },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
