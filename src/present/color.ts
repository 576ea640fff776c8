import type { Output, Runtime } from '../process/runtime.ts';

/**
 * Whether to use colour: `--color` wins; then NO_COLOR (not empty) says no and FORCE_COLOR (neither empty, 0 nor false)
 * yes; otherwise a terminal that is not dumb gets it.
 */
export function colorWanted(
  choice: 'auto' | 'always' | 'never' | undefined,
  env: Runtime['env'],
  stream: Pick<Output, 'isTTY'>,
): boolean {
  if (choice === 'always') return true;
  if (choice === 'never') return false;
  if ((env.NO_COLOR ?? '') !== '') return false;
  if (!['', '0', 'false'].includes(env.FORCE_COLOR ?? '')) return true;
  return stream.isTTY === true && env.TERM !== 'dumb';
}
