/**
 * Configurations of the sample tenant for the examples of the help. They are in their own file, so that the help need not
 * load the tenant.
 */
export const SAMPLE_IDS = {
  direct: '5a3b1c00-0b1e-4d5a-9c3e-000000000001',
  wifi: '5a3b1c00-0b1e-4d5a-9c3e-000000000002',
} as const;
