import { COUNTS, countOf, invalidCounts } from '../../overview/devices.ts';
import type { Overview } from '../../overview/difference.ts';
import type { Counted } from './count-columns.ts';

/** What a list shows of one configuration. */
export interface Listed {
  readonly deviceConfigurationId: string;
  readonly displayName: string | null;
  readonly '@odata.type': string | null;
  readonly overview?: Overview;
  readonly error?: { readonly message: string };
  /** Of a sum: the counts that lack one. */
  readonly lacking?: ReadonlySet<string>;
}

/** The counts of a configuration; undefined where they could not be read. */
export function countedOf({ overview, lacking }: Listed): Counted | undefined {
  if (overview === undefined) return undefined;
  return lacking === undefined ? { overview } : { overview, lacking };
}

/** The sum of all overviews; what none of them has, it does not have either. */
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
      // One that another has, or that is missing or not a number.
      else if (expected.has(name)) lacking.add(name);
    }
  }
  return { deviceConfigurationId: '', displayName: 'Total', '@odata.type': null, overview: sums, lacking };
}
