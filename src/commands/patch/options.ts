import { PROPERTIES } from '../../catalog/properties.ts';
import { allowed } from '../../overview/value.ts';
import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { PLACE_OPTIONS } from '../options/place-options.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

/** One flag for each property. Giving a flag twice is an error, since one value would be lost. */
const PROPERTY_OPTIONS = inGroup(
  `Properties (at least one; counts and the version take ${allowedCount()}):`,
  [
    ...PROPERTIES.filter(({ name }) => name !== 'id').map((row) => ({
      flags: `--${row.flag} ${row.type === 'Edm.Int32' ? '<n>' : '<date>'}` as const,
      description: row.type === 'Edm.Int32' ? row.description : `${row.description}: ${allowed(row)}`,
      once: true as const,
    })),
    ...PROPERTIES.filter(({ name }) => name === 'id').map((row) => ({
      flags: `--${row.flag} <text>` as const,
      description: row.description,
      once: true as const,
    })),
    {
      flags: '--body <file>',
      description: 'JSON object with properties by Graph’s names; - for standard input; flags override it',
      once: true,
    },
  ],
);

const WRITE_OPTIONS = inGroup('Writing:', [
  { flags: '--dry-run', description: 'Print the request instead of sending it; never writes' },
  {
    flags: '--diff',
    description: 'Print the values before and after, and write a journal for `undo`',
  },
  { flags: '--if-changed', description: 'Read first, and send nothing if all values are already up to date' },
  { flags: '--verify', description: 'Read back after writing, and compare again' },
  {
    flags: '--lenient',
    description: 'Report differences from what was sent as warnings, not with exit code 9',
  },
  {
    flags: '--detailed-exitcode',
    description: 'With --dry-run and --diff: exit code 10 if anything would change',
  },
]);

export const OPTIONS = [
  ...PROPERTY_OPTIONS,
  ...PLACE_OPTIONS,
  ...WRITE_OPTIONS,
  ...GRAPH_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type PatchOptions = OptionsOf<typeof OPTIONS>;

function allowedCount(): string {
  const count = PROPERTIES.find((row) => row.counts);
  return count === undefined ? '' : allowed(count);
}
