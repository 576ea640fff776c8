import type { ActingCommand } from '../command.ts';
import { OUTPUT_OPTIONS, SIGN_IN_OPTIONS } from '../options/shared-options.ts';

const OPTIONS = [...SIGN_IN_OPTIONS, ...OUTPUT_OPTIONS] as const;

export const whoami = {
  name: 'whoami',
  group: 'Sign in',
  summary: 'Show the account, the tenant and the permissions of the token',
  arguments: [],
  options: OPTIONS,
  examples: [
    { what: 'As a table', line: 'whoami' },
    { what: 'The permissions, one per line', line: 'whoami --query "permissions[]" -o tsv' },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
