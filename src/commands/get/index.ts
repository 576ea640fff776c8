import type { Command } from '../command.ts';
import { SAMPLE_IDS } from '../examples/sample-ids.ts';
import { CONFIGURATION_ARGUMENT, PLACE_OPTIONS } from '../options/place-options.ts';
import { GRAPH_OPTIONS, inGroup, OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const get: Command = {
  name: 'get',
  group: 'Look',
  summary: 'read one overview',
  arguments: [CONFIGURATION_ARGUMENT],
  options: [
    ...PLACE_OPTIONS,
    ...inGroup('Reading:', [{ flags: '--dry-run', description: 'print the request instead of sending it' }]),
    ...GRAPH_OPTIONS,
    ...OUTPUT_OPTIONS,
  ],
  examples: [
    { what: 'how many devices are pending, failed, in conflict', line: `get ${SAMPLE_IDS.direct} --local` },
    {
      what: 'one number for a script',
      line: `get ${SAMPLE_IDS.direct} --query failedCount -o tsv --local`,
    },
    {
      what: 'the overview of the certificate profile that a Wi-Fi profile uses',
      line: `get ${SAMPLE_IDS.wifi} --via wifi-eap --local`,
    },
  ],
  load: async () => (await import('./run.ts')).run,
};
