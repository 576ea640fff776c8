import type { OptionRow, OptionsOf } from './option-row.ts';

/** Options for the selection and the order of configurations; each command adds its headings. */
export const SELECTION_OPTIONS = [
  {
    flags: '--where <condition>',
    description: 'Only configurations for which it holds, such as "failed gt 5%"',
  },
  {
    flags: '--name <glob>',
    description: 'Only configurations with a matching name, in any letter case: "wi-fi*"',
  },
  {
    flags: '--type <text>',
    description: 'Only configurations whose @odata.type contains this, in any letter case',
  },
  {
    flags: '--sort <keys>',
    description:
      'By a property, devices, name or type; a leading - reverses the order; several with a comma: -failed,name',
  },
  { flags: '--top <n>', description: 'Only the first n' },
] as const satisfies readonly OptionRow[];

export type SelectionOptions = OptionsOf<typeof SELECTION_OPTIONS>;
