import type { ActingCommand } from '../command.ts';
import { OPTIONS } from './options.ts';

export const login = {
  name: 'login',
  group: 'Sign in',
  summary: 'Sign in interactively, for this and later commands',
  details:
    'Signs in with the browser, or with a code to enter in a browser on another device. Without --client-id it uses\n' +
    'Microsoft Graph Command Line Tools, 14d82eec-204b-4c2f-b7e8-296a70dab67e, and requests the permission\n' +
    'DeviceManagementConfiguration.ReadWrite.All.',
  arguments: [],
  options: OPTIONS,
  examples: [
    { what: 'With the browser', line: 'login' },
    { what: 'Over SSH, in one tenant', line: 'login --device-code --tenant contoso.onmicrosoft.com' },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
