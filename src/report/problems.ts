import type { CountName } from '../catalog/properties.ts';

/** The counts that mean work for an admin. */
export const PROBLEMS: readonly CountName[] = ['errorCount', 'failedCount', 'conflictCount'];
