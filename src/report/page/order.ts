/** The key by which a row is sorted. null is last in both directions. */
export type SortKey = string | number | null;

export type Direction = 'ascending' | 'descending';

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** A stable sort by a key that is computed once for each row. */
export function sorted<One>(ones: readonly One[], keyOf: (one: One) => SortKey, direction: Direction): One[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return ones
    .map((one) => ({ one, key: keyOf(one) }))
    .sort(({ key: first }, { key: second }) => {
      if (first === null || second === null) return Number(first === null) - Number(second === null);
      return sign * compare(first, second);
    })
    .map(({ one }) => one);
}

function compare(one: string | number, other: string | number): number {
  return typeof one === 'number' && typeof other === 'number'
    ? one - other
    : collator.compare(String(one), String(other));
}
