/** The counts that mean work for an admin. */
export const PROBLEMS: readonly string[] = ['errorCount', 'failedCount', 'conflictCount'];
