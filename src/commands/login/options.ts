import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { OUTPUT_OPTIONS, SIGN_IN_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
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
] as const;

export type LoginCommandOptions = OptionsOf<typeof OPTIONS>;
