import type { OptionRow, OptionsOf } from '../options/option-row.ts';

/** The option of commands that read overviews. */
export const FAIL_ON_OPTION = {
  flags: '--fail-on <condition>',
  description: 'Exit code 12 if it holds for an overview, such as "failed gt 5%"; the output stays the same',
} as const satisfies OptionRow;

export type FailOnOptions = OptionsOf<readonly [typeof FAIL_ON_OPTION]>;
