import type { ActingCommand } from '../command.ts';
import { SAMPLE_IDS } from '../examples/sample-ids.ts';
import { CONFIGURATION_ARGUMENT } from '../options/place-options.ts';
import { OPTIONS } from './options.ts';

export const patch = {
  name: 'patch',
  writesOnce: true,
  group: 'Change',
  summary: 'Write one overview and print what the service returned',
  details:
    'Writes the device status overview of a device configuration: one PATCH with exactly the properties given.\n' +
    'The answer is compared with what was sent; if it differs, the exit code is 9. With --diff a journal is written, so that\n' +
    '`undo last` can restore the values; without it, there is no journal.',
  arguments: [CONFIGURATION_ARGUMENT],
  options: OPTIONS,
  examples: [
    {
      what: 'Set two counts of a certificate profile, reached through a Wi-Fi profile',
      line: `patch ${SAMPLE_IDS.wifi} --pending 12 --failed 11 --via wifi-eap --local`,
    },
    {
      what: 'Print the request without sending it',
      line: `patch ${SAMPLE_IDS.direct} --pending 12 --last-update now --dry-run --local`,
    },
    {
      what: 'Patch by name and print the changes; it can be undone',
      line: 'patch "Always On VPN" --success 1200 --error 3 --diff --local',
    },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
