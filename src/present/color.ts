import type { Output, Runtime } from '../process/runtime.ts';

/** Values of FORCE_COLOR that disable colour, as in Node. */
const FORCE_COLOR_OFF = ['0', 'false'];

/**
 * Whether to use colour. The first of these that is set decides: `--color` or `--no-color`; NO_COLOR, which disables
 * colour; FORCE_COLOR, which enables it, or disables it with `0` or `false`. If none is set, colour is used on a terminal
 * whose TERM is not `dumb`. An empty variable counts as not set.
 */
export function colorWanted(
  choice: 'auto' | 'always' | 'never' | undefined,
  { NO_COLOR = '', FORCE_COLOR = '', TERM }: Runtime['env'],
  stream: Pick<Output, 'isTTY'>,
): boolean {
  if (choice === 'always') return true;
  if (choice === 'never') return false;
  if (NO_COLOR !== '') return false;
  if (FORCE_COLOR !== '') return !FORCE_COLOR_OFF.includes(FORCE_COLOR);
  return stream.isTTY === true && TERM !== 'dumb';
}
