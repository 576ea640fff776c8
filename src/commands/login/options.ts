import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { OUTPUT_OPTIONS, SIGN_IN_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Sign-in:', [
    { flags: '--device-code', description: 'Show a code to enter in a browser on another device' },
    { flags: '--client-id <id>', description: 'Application id of the public client' },
    {
      flags: '--allow-unencrypted-storage',
      description: 'Without a keyring, store tokens in a file that only you can read',
    },
  ]),
  ...SIGN_IN_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type LoginCommandOptions = OptionsOf<typeof OPTIONS>;
