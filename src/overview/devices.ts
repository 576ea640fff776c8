import { type CountRow, PROPERTIES } from '../catalog/properties.ts';
import type { Overview } from './difference.ts';

/** The seven counts, in the order of the reference page. */
export const COUNTS: readonly CountRow[] = PROPERTIES.filter((row) => row.counts);

/** A count as the service returned it; undefined if it is missing or not a whole number. */
export function countOf(overview: Overview, name: string): number | undefined {
  const value = overview[name];
  return Number.isInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/**
 * The counts that are missing or not whole numbers, so that no sum includes them. Two counts exist only in beta: an overview
 * that has neither is treated as one of v1.0, where they are not missing.
 */
export function invalidCounts(overview: Overview): readonly CountRow[] {
  const isBeta = COUNTS.some((row) => isOnlyOnBeta(row) && overview[row.name] !== undefined);
  return COUNTS.filter((row) => (isBeta || !isOnlyOnBeta(row)) && countOf(overview, row.name) === undefined);
}

function isOnlyOnBeta({ apiVersions }: CountRow): boolean {
  return !apiVersions.includes('v1.0');
}

/** The invalid counts as text: `errorCount is "12", failedCount is missing`; undefined if there are none. */
export function invalidCountsText(overview: Overview): string | undefined {
  const texts = invalidCounts(overview).map(
    ({ name }) => `${name} is ${overview[name] === undefined ? 'missing' : JSON.stringify(overview[name])}`,
  );
  return texts.length === 0 ? undefined : texts.join(', ');
}

/** The number of devices of an overview; undefined if a count is missing or not a number. */
export function allDevicesOf(overview: Overview): number | undefined {
  return invalidCounts(overview).length === 0 ? devicesOf(overview) : undefined;
}

/** The sum of the numeric counts of an overview. */
export function devicesOf(overview: Overview): number {
  return COUNTS.reduce((sum, { name }) => sum + (countOf(overview, name) ?? 0), 0);
}
