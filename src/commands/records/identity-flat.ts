/** The columns of `whoami`, which are also the first columns of `login`. */
export const IDENTITY_COLUMNS = [
  'account',
  'tenant',
  'cloud',
  'client',
  'expires',
  'permissions',
  'method',
] as const;
