import type { Counts, PageRow } from './page-data.ts';

/** The sum of all counts that are known. */
export function sumOf(counts: Counts): number {
  return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

/** The change of each count; null where one side is not known. */
export function changesOf({ state, counts, before }: PageRow, length: number): (number | null)[] {
  return Array.from({ length }, (_, index) => {
    const now = state === 'removed' ? 0 : (counts?.[index] ?? null);
    const former = state === 'added' ? 0 : (before?.[index] ?? null);
    return now === null || former === null ? null : now - former;
  });
}
