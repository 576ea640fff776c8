import { type CountRow, PROPERTIES } from '../catalog/properties.ts';
import type { Overview } from './difference.ts';

/** The seven counts, in the order of the reference page. */
export const COUNTS: readonly CountRow[] = PROPERTIES.filter((row) => row.counts);

/** A count as the service returned it; undefined where it did not, or returned something else than a whole number. */
export function countOf(overview: Overview, name: string): number | undefined {
  const value = overview[name];
  return Number.isInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/**
 * The counts that are not whole numbers, or missing, so that a sum lacks them. Two counts exist only on beta: where an overview
 * has neither, it is taken for one of v1.0, which lacks nothing.
 */
export function untoldCounts(overview: Overview): readonly CountRow[] {
  const isBeta = COUNTS.some((row) => isOnlyOnBeta(row) && overview[row.name] !== undefined);
  return COUNTS.filter((row) => (isBeta || !isOnlyOnBeta(row)) && countOf(overview, row.name) === undefined);
}

function isOnlyOnBeta({ apiVersions }: CountRow): boolean {
  return !apiVersions.includes('v1.0');
}

/** Says which counts are no numbers: `errorCount is "12", failedCount is missing`; undefined where all are. */
export function untoldText(overview: Overview): string | undefined {
  const texts = untoldCounts(overview).map(
    ({ name }) => `${name} is ${overview[name] === undefined ? 'missing' : JSON.stringify(overview[name])}`,
  );
  return texts.length === 0 ? undefined : texts.join(', ');
}

/** All devices of an overview; undefined where one of its counts is no number, or missing. */
export function allDevicesOf(overview: Overview): number | undefined {
  return untoldCounts(overview).length === 0 ? devicesOf(overview) : undefined;
}

/** The sum of the counts that an overview has: all its devices, where every count is a number. */
export function devicesOf(overview: Overview): number {
  return COUNTS.reduce((sum, { name }) => sum + (countOf(overview, name) ?? 0), 0);
}
