/** A column that a table may have. */
export interface Candidate {
  /** The width of its widest text, in terminal columns. */
  readonly natural: number;
  /** The width to which it may be shortened. If undefined, it is never shortened. */
  readonly least?: number;
  /** The width to which it may be shortened to make room for an `extra` column. */
  readonly comfortable?: number;
  /** Columns are chosen in the order of their ranks while they fit. Columns of rank 0 are always chosen. */
  readonly rank: number;
  /** Chosen only if the other columns keep their comfortable width. */
  readonly extra?: boolean;
}

/**
 * Chooses the columns of a table for a terminal: the most important ones that fit, each at least as wide as the width to
 * which it may be shortened. Their order does not change.
 * @param gap terminal columns between two cells
 * @param width terminal columns; if undefined, all columns are chosen
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
