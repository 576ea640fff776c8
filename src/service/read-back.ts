import { type Mismatch, mismatches, type Overview, sameValue } from '../overview/difference.ts';
import type { Values } from '../overview/payload.ts';

/** How long reads may lag behind writes, and the pauses between two of them, in milliseconds. */
export const READ_BACK = { patience: 10_000, firstPause: 500, longestPause: 4_000 } as const;

/**
 * Whether what a read found may be the value before the write: what it does not hold of what was sent, it holds as it
 * was. A third value is none that a later read would make right.
 * @param before null where it was not read: then any value may be the old one
 */
export function showsOld(sent: Values, before: Overview | null | undefined, present: Overview): boolean {
  const found = mismatches(sent, present);
  return (
    found.length > 0 && found.every(({ name, held }) => before == null || sameValue(name, before[name], held))
  );
}

/**
 * What became of one property: `pendingCount was sent as 4; the answer held 4, the read held 3`.
 * @param answer undefined where it held no overview
 * @param read undefined where nothing was read back
 */
export function mismatchText(
  { name, sent }: Mismatch,
  answer: Overview | undefined,
  read: Overview | undefined,
): string {
  const held = [
    ...(answer === undefined ? [] : [`the answer held ${heldText(answer, name)}`]),
    ...(read === undefined ? [] : [`the read held ${heldText(read, name)}`]),
  ];
  return `${name} was sent as ${JSON.stringify(sent)}; ${held.join(', ')}`;
}

function heldText(overview: Overview, name: string): string {
  return Object.hasOwn(overview, name) ? JSON.stringify(overview[name]) : 'nothing';
}
