import { changesOf, sumOf } from '../counts.ts';
import type { PageData, PageRow } from '../page-data.ts';
import { PROBLEMS } from '../problems.ts';

/** A row with what sorting and filtering ask it again and again. */
export interface Entry {
  readonly row: PageRow;
  /** All devices; null where there are no counts. */
  readonly devices: number | null;
  /** Share of the devices that succeeded, 0 to 1; null where there are none. */
  readonly success: number | null;
  /** The change of each count since the earlier listing; null where it is not known. */
  readonly changes: readonly (number | null)[];
  readonly devicesChange: number | null;
  /** How far all counts moved together, up or down. */
  readonly moved: number;
  /** Some device has an error, a failure or a conflict. */
  readonly hasProblem: boolean;
  /** What the filter looks through, in lower case. */
  readonly text: string;
}

/** Makes the entries of all rows, in their order. */
export function entriesOf({ rows, series, compared }: PageData): Entry[] {
  const success = series.findIndex(({ name }) => name === 'successCount');
  const problems = series.flatMap(({ name }, index) => (PROBLEMS.includes(name) ? [index] : []));
  return rows.map((row): Entry => {
    const { counts } = row;
    const devices = counts === undefined ? null : sumOf(counts);
    const succeeded = counts?.[success] ?? null;
    const changes = compared ? changesOf(row, series.length) : [];
    const known = changes.filter((change) => change !== null);
    return {
      row,
      devices,
      success: succeeded === null || devices === null || devices === 0 ? null : succeeded / devices,
      changes,
      devicesChange: known.length === 0 ? null : known.reduce((sum, change) => sum + change, 0),
      moved: known.reduce((sum, change) => sum + Math.abs(change), 0),
      hasProblem: problems.some((index) => (counts?.[index] ?? 0) > 0),
      text: folded([row.name, row.formerName, row.id, row.type, row.error].join('\n')),
    };
  });
}

/** The entries that hold every word of the filter, in any letter case, and are of the kind that is shown. */
export function matching(
  entries: readonly Entry[],
  filter: string,
  shown: (entry: Entry) => boolean,
): Entry[] {
  const words = folded(filter).split(/\s+/).filter(Boolean);
  return entries.filter((entry) => shown(entry) && words.every((word) => entry.text.includes(word)));
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
