import { type CountRow, PROPERTIES } from '../catalog/properties.ts';
import type { Overview } from './difference.ts';

/** The seven counts, in the order of the reference page. */
export const COUNTS: readonly CountRow[] = PROPERTIES.filter((row) => row.counts);

/** A count as the service returned it; undefined where it did not, or returned something else. */
export function countOf(overview: Overview, name: string): number | undefined {
  const value = overview[name];
  return typeof value === 'number' ? value : undefined;
}

/** All devices of an overview: the sum of its counts. */
export function devicesOf(overview: Overview): number {
  return COUNTS.reduce((sum, { name }) => sum + (countOf(overview, name) ?? 0), 0);
}
