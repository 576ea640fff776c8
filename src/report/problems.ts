import type { CountName } from '../catalog/properties.ts';
import type { PageSeries } from './page-data.ts';

/** The counts of problems, which an administrator has to solve. */
export const PROBLEMS: readonly CountName[] = ['errorCount', 'failedCount', 'conflictCount'];

/** The most severe of them. */
export const WORST: readonly CountName[] = ['failedCount', 'errorCount'];

/** The indexes of some counts in the series. */
export function placesOf(names: readonly CountName[], series: readonly PageSeries[]): number[] {
  return series.flatMap(({ name }, place) => (names.includes(name) ? [place] : []));
}
