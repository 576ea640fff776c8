import { usage } from '../../outcome/errors.ts';

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** The longest timer of Node, in milliseconds: about 24.8 days. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

/**
 * Reads a duration: `500ms`, `30s`, `5m`, `2h`; a bare number means seconds.
 * @param source the origin of the text for messages, such as `--timeout`
 * @returns milliseconds
 * @throws a `usage` Failure
 */
export function readDuration(text: string, source: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const milliseconds = Number(digits) * MILLISECONDS[(unit ?? 's') as keyof typeof MILLISECONDS];
  if (digits === undefined || milliseconds < 1 || milliseconds > MAX_MILLISECONDS) {
    throw usage(
      `${source}: ${JSON.stringify(text)} is not a duration`,
      'write 500ms, 30s, 5m or 2h; a bare number means seconds',
    );
  }
  return Math.round(milliseconds);
}

/** Like `readDuration`, but accepts zero, such as `0s`. */
export function readDurationOrZero(text: string, source: string): number {
  return /^0+(\.0+)?(ms|s|m|h)?$/.test(text) ? 0 : readDuration(text, source);
}

const DAY = 86_400_000;

/**
 * Reads an age: a duration, or days and weeks such as `90d` and `12w`.
 * @returns milliseconds
 * @throws a `usage` Failure
 */
export function readAge(text: string, source: string): number {
  const [, digits, unit] = /^(\d{1,5})(d|w)$/.exec(text) ?? [];
  if (digits !== undefined) return Number(digits) * DAY * (unit === 'w' ? 7 : 1);
  return readDuration(text, source);
}

/**
 * Reads a rate: a number of writes in a window, such as `100/20s`.
 * @returns the writes, and the window in milliseconds
 * @throws a `usage` Failure
 */
export function readRate(text: string, source: string): { readonly writes: number; readonly window: number } {
  const [, writes = '', duration = ''] = /^(\d{1,9})\/(.+)$/.exec(text) ?? [];
  if (Number(writes) < 1) {
    throw usage(
      `${source}: ${JSON.stringify(text)} is not a rate`,
      'write a number of writes and a window, such as 100/20s',
    );
  }
  return { writes: Number(writes), window: readDuration(duration, source) };
}
