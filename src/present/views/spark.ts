const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/**
 * Numbers as a line of blocks, the newest at the right end. The smallest shown number is the lowest block, the largest the
 * highest; equal numbers are a flat line. A failed check (undefined) is a gap.
 * @param width the maximum width in terminal columns; older numbers are omitted
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
