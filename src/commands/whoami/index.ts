import type { Command } from '../command.ts';
import { OUTPUT_OPTIONS, SIGN_IN_OPTIONS } from '../options/shared-options.ts';

export const whoami: Command = {
  name: 'whoami',
  group: 'Sign in',
  summary: 'show the account, its tenant, and what the token permits',
  arguments: [],
  options: [...SIGN_IN_OPTIONS, ...OUTPUT_OPTIONS],
  examples: [
    { what: 'as a table', line: 'whoami' },
    { what: 'the permissions, one per line', line: 'whoami --query "permissions[]" -o tsv' },
  ],
  load: async () => (await import('./run.ts')).run,
};
