/** Every count of v1.0, all zero. */
export const ZEROS = {
  pendingCount: 0,
  notApplicableCount: 0,
  successCount: 0,
  errorCount: 0,
  failedCount: 0,
} as const;

/** Every count of beta, all zero. */
export const BETA_ZEROS = { ...ZEROS, notApplicablePlatformCount: 0, conflictCount: 0 } as const;
