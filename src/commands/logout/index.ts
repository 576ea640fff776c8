import type { ActingCommand } from '../command.ts';
import { OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const logout = {
  name: 'logout',
  group: 'Sign in',
  summary: 'Remove the sign-in that `login` saved',
  arguments: [],
  options: OUTPUT_OPTIONS,
  examples: [
    { what: 'Sign out', line: 'logout' },
    { what: 'Silently', line: 'logout --quiet -o none' },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OUTPUT_OPTIONS>;
