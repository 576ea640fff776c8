import { COUNTS, countOf } from '../../overview/devices.ts';
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
  const some = new Set<string>(
    COUNTS.map(({ name }) => name).filter((name) => read.some((overview) => Object.hasOwn(overview, name))),
  );
  for (const { name } of COUNTS) {
    for (const overview of read) {
      const count = countOf(overview, name);
      if (count !== undefined) sums[name] = (sums[name] ?? 0) + count;
      // One that another has, or that is not a number.
      else if (some.has(name)) lacking.add(name);
    }
  }
  return { deviceConfigurationId: '', displayName: 'Total', '@odata.type': null, overview: sums, lacking };
}
