import type { CountName } from '../catalog/properties.ts';
import type { PageSeries } from './page-data.ts';

/** The counts that mean work for an admin. */
export const PROBLEMS: readonly CountName[] = ['errorCount', 'failedCount', 'conflictCount'];

/** Those of them that are worst. */
export const WORST: readonly CountName[] = ['failedCount', 'errorCount'];

/** Where the counts of these names stand in the series. */
export function placesOf(names: readonly CountName[], series: readonly PageSeries[]): number[] {
  return series.flatMap(({ name }, place) => (names.includes(name) ? [place] : []));
}
