/** The columns of `whoami`, with which those of `login` begin. */
export const IDENTITY_COLUMNS = [
  'account',
  'tenant',
  'cloud',
  'client',
  'expires',
  'permissions',
  'method',
] as const;
