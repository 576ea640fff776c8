import type { Command } from '../command.ts';
import { inGroup, OUTPUT_OPTIONS, SIGN_IN_OPTIONS } from '../options/shared-options.ts';

export const login: Command = {
  name: 'login',
  group: 'Sign in',
  summary: 'sign in as a person, for this and later commands',
  details:
    'Signs in with the browser, or with a code that is entered in a browser elsewhere. Without --client-id it uses\n' +
    'Microsoft Graph Command Line Tools, 14d82eec-204b-4c2f-b7e8-296a70dab67e, and requests the permission\n' +
    'DeviceManagementConfiguration.ReadWrite.All.',
  arguments: [],
  options: [
    ...inGroup('Sign-in:', [
      { flags: '--device-code', description: 'no browser on this machine: show a code to enter elsewhere' },
      { flags: '--client-id <id>', description: 'application id of the public client' },
      {
        flags: '--allow-unencrypted-storage',
        description: 'without a keyring, keep tokens in a file that only you can read',
      },
    ]),
    ...SIGN_IN_OPTIONS,
    ...OUTPUT_OPTIONS,
  ],
  examples: [
    { what: 'with the browser', line: 'login' },
    { what: 'over SSH, in one tenant', line: 'login --device-code --tenant contoso.onmicrosoft.com' },
  ],
  load: async () => (await import('./run.ts')).run,
};
