import type { Counts, Held, PageRow } from './page-data.ts';

/** The count as a number; null if it is not a number. */
export function numberOf(held: Held | undefined): number | null {
  return typeof held === 'number' ? held : null;
}

/** Whether the count is missing or invalid, so that a sum with it is incomplete. */
export function isLacking(held: Held | undefined): boolean {
  return typeof held === 'string';
}

/** The sum of all known counts. */
export function sumOf(counts: Counts): number {
  return counts.reduce<number>((sum, held) => sum + (numberOf(held) ?? 0), 0);
}

/** The number of all devices; null if a count is unknown. */
export function devicesOf(counts: Counts): number | null {
  return counts.some(isLacking) ? null : sumOf(counts);
}

/** The counts at some indexes of the series. */
export function pick(counts: Counts, places: readonly number[]): Counts {
  return places.map((place) => counts[place] ?? null);
}

/** The change of each count; null if the count before or now is unknown. */
export function changesOf({ state, counts, before }: PageRow, length: number): (number | null)[] {
  return Array.from({ length }, (_, index) => {
    const now = state === 'removed' ? 0 : numberOf(counts?.[index]);
    const former = state === 'added' ? 0 : numberOf(before?.[index]);
    return now === null || former === null ? null : now - former;
  });
}
