import { type Mismatch, mismatches, type Overview, sameValue } from '../overview/difference.ts';
import type { Values } from '../overview/payload.ts';

/** The maximum lag of reads behind writes, and the pauses between two reads, in milliseconds. */
export const READ_BACK = { maxLag: 10_000, firstPause: 500, maxPause: 4_000 } as const;

/**
 * Whether a read may have returned the state before the write: every property that differs from what was sent has its old
 * value. After a third value, a later read would not help.
 * @param before null if it was not read: then any value may be the old one
 */
export function showsOld(sent: Values, before: Overview | null | undefined, present: Overview): boolean {
  const found = mismatches(sent, present);
  return (
    found.length > 0 && found.every(({ name, held }) => before == null || sameValue(name, before[name], held))
  );
}

/**
 * Describes one mismatch: `pendingCount was sent as 4; the answer had 4, the read-back had 3`.
 * @param answer undefined if the answer had no overview
 * @param read undefined if nothing was read back
 */
export function mismatchText(
  { name, sent }: Mismatch,
  answer: Overview | undefined,
  read: Overview | undefined,
): string {
  const held = [
    ...(answer === undefined ? [] : [`the answer had ${valueText(answer, name)}`]),
    ...(read === undefined ? [] : [`the read-back had ${valueText(read, name)}`]),
  ];
  return `${name} was sent as ${JSON.stringify(sent)}; ${held.join(', ')}`;
}

function valueText(overview: Overview, name: string): string {
  return Object.hasOwn(overview, name) ? JSON.stringify(overview[name]) : 'no value';
}
