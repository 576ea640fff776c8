import { changesOf, devicesOf, isLacking, numberOf, pick, sumOf } from '../counts.ts';
import type { PageData, PageRow } from '../page-data.ts';
import { PROBLEMS, placesOf, WORST } from '../problems.ts';

/** A row with values that are computed once for sorting and filtering. */
export interface Entry {
  readonly row: PageRow;
  /** The number of known devices; null if there are no counts. */
  readonly devices: number | null;
  /** Whether the number of devices is incomplete. */
  readonly lacking: boolean;
  /** The share of successful devices, 0 to 1; null if there are no devices or their number is unknown. */
  readonly success: number | null;
  /** The number of devices with failures or errors; null if there are no counts. */
  readonly worst: number | null;
  /** Their share, 0 to 1; null if there are no devices or their number is unknown. */
  readonly worstShare: number | null;
  /** The change of each count since the earlier listing; null if it is unknown. */
  readonly changes: readonly (number | null)[];
  readonly devicesChange: number | null;
  /** The sum of the absolute changes of all counts. */
  readonly changed: number;
  /** Whether at least one device has an error, a failure or a conflict. */
  readonly hasProblem: boolean;
  /** The text that the filter searches, normalized to NFKC and lower case. */
  readonly text: string;
}

/** The entries of all rows, in their order. */
export function entriesOf({ rows, series, compared }: PageData): Entry[] {
  const [success] = placesOf(['successCount'], series);
  const worst = placesOf(WORST, series);
  const problems = placesOf(PROBLEMS, series);
  return rows.map((row): Entry => {
    const { counts } = row;
    const devices = counts === undefined ? null : devicesOf(counts);
    const shareOf = (count: number | null): number | null =>
      count === null || devices === null || devices === 0 ? null : count / devices;
    const worstCount = counts === undefined ? null : sumOf(pick(counts, worst));
    const changes = compared ? changesOf(row, series.length) : [];
    const known = changes.filter((change) => change !== null);
    return {
      row,
      devices: counts === undefined ? null : sumOf(counts),
      lacking: counts?.some(isLacking) ?? false,
      success: shareOf(success === undefined ? null : numberOf(counts?.[success])),
      worst: worstCount,
      worstShare: shareOf(worstCount),
      changes,
      devicesChange: known.length === 0 ? null : known.reduce((sum, change) => sum + change, 0),
      changed: known.reduce((sum, change) => sum + Math.abs(change), 0),
      hasProblem: counts !== undefined && sumOf(pick(counts, problems)) > 0,
      text: folded([row.name, row.formerName, row.id, row.type, row.error].join('\n')),
    };
  });
}

/** The entries that contain every word of the filter, in any letter case, and are of the shown kind. */
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
