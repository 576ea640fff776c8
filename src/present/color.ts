import type { Output, Runtime } from '../process/runtime.ts';

/** What FORCE_COLOR says where it forbids colour rather than asks for it, as in Node. */
const FORBIDDING = ['0', 'false'];

/**
 * Whether to use colour. The first that is given decides: `--color` (or `--no-color`); NO_COLOR, which forbids it;
 * FORCE_COLOR, which asks for it, or forbids it with `0` or `false`; then a terminal that is not dumb gets it. A variable
 * that is empty is not given.
 */
export function colorWanted(
  choice: 'auto' | 'always' | 'never' | undefined,
  { NO_COLOR = '', FORCE_COLOR = '', TERM }: Runtime['env'],
  stream: Pick<Output, 'isTTY'>,
): boolean {
  if (choice === 'always') return true;
  if (choice === 'never') return false;
  if (NO_COLOR !== '') return false;
  if (FORCE_COLOR !== '') return !FORBIDDING.includes(FORCE_COLOR);
  return stream.isTTY === true && TERM !== 'dumb';
}
