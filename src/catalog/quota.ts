/**
 * The limits that Microsoft documents for Intune device configuration through Graph, in a sliding window: for each app
 * in a tenant, and for all apps of a tenant together. A throttled attempt counts as well.
 */
export const QUOTA = {
  /** Length of the window in milliseconds. */
  window: 20_000,
  app: { writes: 100, requests: 1_000 },
  tenant: { writes: 200, requests: 2_000 },
} as const;

/** The limit of one app in a tenant. */
export const DOCUMENTED_QUOTA = { ...QUOTA.app, window: QUOTA.window } as const;
