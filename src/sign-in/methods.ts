/** The values of `--auth`. */
export const AUTH_METHODS = [
  'auto',
  'token',
  'azure-cli',
  'azure-powershell',
  'azd',
  'azure-pipelines',
  'client-secret',
  'certificate',
  'device-code',
  'browser',
  'managed-identity',
  'workload-identity',
] as const;

export type AuthMethod = (typeof AUTH_METHODS)[number];
