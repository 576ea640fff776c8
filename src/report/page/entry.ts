import { changesOf, devicesOf, isLacking, numberOf, pick, sumOf } from '../counts.ts';
import type { PageData, PageRow } from '../page-data.ts';
import { PROBLEMS, placesOf, WORST } from '../problems.ts';

/** A row with what sorting and filtering ask it again and again. */
export interface Entry {
  readonly row: PageRow;
  /** All devices that are known; null where there are no counts. */
  readonly devices: number | null;
  /** Not all devices are known. */
  readonly lacking: boolean;
  /** Share of the devices that succeeded, 0 to 1; null where there are none, or not all are known. */
  readonly success: number | null;
  /** Devices on which it failed or that are in error; null where there are no counts. */
  readonly worst: number | null;
  /** Their share, 0 to 1; null where there are no devices, or not all are known. */
  readonly worstShare: number | null;
  /** The change of each count since the earlier listing; null where it is not known. */
  readonly changes: readonly (number | null)[];
  readonly devicesChange: number | null;
  /** How far all counts changed together, up or down. */
  readonly changed: number;
  /** Some device has an error, a failure or a conflict. */
  readonly hasProblem: boolean;
  /** What the filter looks through, in lower case. */
  readonly text: string;
}

/** Makes the entries of all rows, in their order. */
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
