import type { Output, Runtime } from '../process/runtime.ts';

/**
 * How many columns text may take: those of the terminal; without one, or if its size is unknown, what
 * COLUMNS says. undefined where nothing limits it.
 */
export function widthOf(
  { isTTY, columns }: Pick<Output, 'isTTY' | 'columns'>,
  { COLUMNS = '' }: Runtime['env'],
): number | undefined {
  if (isTTY === true && columns) return columns;
  return /^[1-9]\d{0,5}$/.test(COLUMNS) ? Number(COLUMNS) : undefined;
}
