import type { ActingCommand } from '../command.ts';
import { SAMPLE_IDS } from '../examples/sample-ids.ts';
import { CONFIGURATION_ARGUMENT } from '../options/place-options.ts';
import { OPTIONS } from './options.ts';

export const get = {
  name: 'get',
  group: 'Read',
  summary: 'Read one overview',
  arguments: [CONFIGURATION_ARGUMENT],
  options: OPTIONS,
  examples: [
    {
      what: 'The counts of a configuration, by the beginning of its name',
      line: 'get "always on" --local',
    },
    {
      what: 'One number for a script',
      line: `get ${SAMPLE_IDS.direct} --query failedCount -o tsv --local`,
    },
    {
      what: 'The overview of the certificate profile that a Wi-Fi profile uses',
      line: `get ${SAMPLE_IDS.wifi} --via wifi-eap --local`,
    },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
