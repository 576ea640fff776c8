const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/**
 * Numbers as a line of blocks, the newest at its right end: the least of those shown is the lowest block, the greatest
 * the highest; where they are all the same it lies flat. A look that failed leaves a gap.
 * @param width columns of the terminal at most; older numbers are left out
 */
export function sparkline(numbers: readonly (number | undefined)[], width: number): string {
  const shown = width <= 0 ? [] : numbers.slice(-width);
  const known = shown.filter((number) => number !== undefined);
  const [least, greatest] = [Math.min(...known), Math.max(...known)];
  const blocks = shown.map((number) => {
    if (number === undefined) return ' ';
    const share = greatest === least ? 0 : (number - least) / (greatest - least);
    return BLOCKS[Math.round(share * (BLOCKS.length - 1))];
  });
  return blocks.join('');
}
