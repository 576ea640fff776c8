/** A column that a table may have. */
export interface Candidate {
  /** What its widest text takes, in columns of the terminal. */
  readonly natural: number;
  /** What it may be shortened to; without it, it is never shortened. */
  readonly least?: number;
  /** What it is shortened to at most for the sake of a column that is marked `extra`. */
  readonly comfortable?: number;
  /** Columns are taken in the order of their ranks, as long as there is room. Those of rank 0 always are. */
  readonly rank: number;
  /** Worth less than a comfortable width of the others. */
  readonly extra?: boolean;
}

/**
 * The columns that a table has in a terminal, in their own order: those that matter most, each whole or at least as wide
 * as it may be shortened to.
 * @param gap columns of the terminal between two cells
 * @param width columns of the terminal; undefined leaves room for all
 */
export function chooseColumns<One extends Candidate>(
  candidates: readonly One[],
  gap: number,
  width: number | undefined,
): readonly One[] {
  if (width === undefined) return candidates;
  const chosen = new Set(candidates.filter(({ rank }) => rank === 0));
  const ranked = candidates.filter(({ rank }) => rank > 0).sort((one, other) => one.rank - other.rank);
  for (const candidate of ranked) {
    const widths = [...chosen, candidate].map((one) => narrowest(one, candidate.extra === true));
    if (widths.reduce((sum, one) => sum + gap + one, -gap) <= width) chosen.add(candidate);
  }
  return candidates.filter((candidate) => chosen.has(candidate));
}

function narrowest({ natural, least = natural, comfortable = least }: Candidate, forExtra: boolean): number {
  return Math.min(natural, forExtra ? comfortable : least);
}
