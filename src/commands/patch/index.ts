import { PROPERTIES } from '../../catalog/properties.ts';
import { allowed } from '../../overview/value.ts';
import type { Command, OptionRow } from '../command.ts';
import { SAMPLE_IDS } from '../examples/sample-ids.ts';
import { CONFIGURATION_ARGUMENT, PLACE_OPTIONS } from '../options/place-options.ts';
import { GRAPH_OPTIONS, inGroup, OUTPUT_OPTIONS } from '../options/shared-options.ts';

/** One flag for each property; given twice it would silently drop a value. */
const PROPERTY_OPTIONS: readonly OptionRow[] = inGroup(
  `Properties (at least one; counts and the version take ${allowedCount()}):`,
  [
    ...PROPERTIES.filter(({ name }) => name !== 'id').map((row) => ({
      flags: `--${row.flag} ${row.type === 'Edm.Int32' ? '<n>' : '<date>'}`,
      description: row.type === 'Edm.Int32' ? row.description : `${row.description}: ${allowed(row)}`,
      once: true,
    })),
    ...PROPERTIES.filter(({ name }) => name === 'id').map((row) => ({
      flags: `--${row.flag} <text>`,
      description: row.description,
      once: true,
    })),
    {
      flags: '--body <file>',
      description: 'a JSON object with properties by Graph’s names; - for standard input; flags win over it',
      once: true,
    },
  ],
);

const WRITE_OPTIONS: readonly OptionRow[] = inGroup('Writing:', [
  { flags: '--dry-run', description: 'print the request instead of sending it; never writes' },
  { flags: '--diff', description: 'read before, and print before and after with the change' },
  { flags: '--if-changed', description: 'read first, send nothing when every value is there already' },
  { flags: '--verify', description: 'read back after writing and compare that too' },
  {
    flags: '--lenient',
    description: 'a difference between what was sent and what came back is a warning, not exit code 9',
  },
  {
    flags: '--detailed-exitcode',
    description: 'with --dry-run and --diff: exit code 10 when something would change',
  },
]);

export const patch: Command = {
  name: 'patch',
  writesOnce: true,
  group: 'Change',
  summary: 'write one overview and print what the service returned',
  details:
    'Writes the device status overview of a device configuration: one PATCH with exactly the properties given.\n' +
    'What the service answers is compared with what was sent; a difference is exit code 9.',
  arguments: [CONFIGURATION_ARGUMENT],
  options: [...PROPERTY_OPTIONS, ...PLACE_OPTIONS, ...WRITE_OPTIONS, ...GRAPH_OPTIONS, ...OUTPUT_OPTIONS],
  examples: [
    {
      what: 'set two counts of a certificate profile, reached through a Wi-Fi profile',
      line: `patch ${SAMPLE_IDS.wifi} --pending 12 --failed 11 --via wifi-eap --local`,
    },
    {
      what: 'see the request without sending it',
      line: `patch ${SAMPLE_IDS.direct} --pending 12 --last-update now --dry-run --local`,
    },
    { what: 'see what changes', line: `patch ${SAMPLE_IDS.direct} --success 1200 --error 3 --diff --local` },
  ],
  load: async () => (await import('./run.ts')).run,
};

function allowedCount(): string {
  const count = PROPERTIES.find((row) => row.counts);
  return count === undefined ? '' : allowed(count);
}
