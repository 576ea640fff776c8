import type { Output, Runtime } from '../process/runtime.ts';

/**
 * The maximum width of text in columns: the width of the terminal or, if there is no terminal or its size is unknown,
 * the value of COLUMNS. undefined if there is no limit.
 */
export function widthOf(
  { isTTY, columns }: Pick<Output, 'isTTY' | 'columns'>,
  { COLUMNS = '' }: Runtime['env'],
): number | undefined {
  if (isTTY === true && columns) return columns;
  return /^[1-9]\d{0,5}$/.test(COLUMNS) ? Number(COLUMNS) : undefined;
}
