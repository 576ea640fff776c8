import { COUNTS, countOf, invalidCounts } from '../../overview/devices.ts';
import type { Overview } from '../../overview/difference.ts';
import type { Counted } from './count-columns.ts';

/** One configuration in a list. */
export interface Listed {
  readonly deviceConfigurationId: string;
  readonly displayName: string | null;
  readonly '@odata.type': string | null;
  readonly overview?: Overview;
  readonly error?: { readonly message: string };
  /** In a sum: the names of counts that at least one overview lacks. */
  readonly lacking?: ReadonlySet<string>;
}

/** The counts of a configuration; undefined if they could not be read. */
export function countedOf({ overview, lacking }: Listed): Counted | undefined {
  if (overview === undefined) return undefined;
  return lacking === undefined ? { overview } : { overview, lacking };
}

/** The sum of all overviews. A count that none of them has is missing in the sum. */
export function totalOf(records: readonly Listed[]): Listed {
  const sums: Record<string, number> = {};
  const lacking = new Set<string>();
  const read = records.flatMap(({ overview }) => (overview === undefined ? [] : [overview]));
  const expected = new Set<string>(
    read.flatMap((overview) => invalidCounts(overview).map(({ name }) => name)),
  );
  for (const overview of read)
    for (const { name } of COUNTS) if (overview[name] !== undefined) expected.add(name);
  for (const { name } of COUNTS) {
    for (const overview of read) {
      const count = countOf(overview, name);
      if (count !== undefined) sums[name] = (sums[name] ?? 0) + count;
      // The count is in another overview, or it is required.
      else if (expected.has(name)) lacking.add(name);
    }
  }
  return { deviceConfigurationId: '', displayName: 'Total', '@odata.type': null, overview: sums, lacking };
}
