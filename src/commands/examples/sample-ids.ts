/**
 * Configurations of the mock Graph's sample tenant that the examples of the help use. They stand here by
 * themselves so that no help has to load the tenant.
 */
export const SAMPLE_IDS = {
  direct: '5a3b1c00-0b1e-4d5a-9c3e-000000000001',
  wifi: '5a3b1c00-0b1e-4d5a-9c3e-000000000002',
} as const;
