import { FAIL_ON_OPTION } from '../conditions/fail-on-option.ts';
import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Selection:', [
    { flags: '--where <condition>', description: 'only those for which it holds, such as "failed gt 5%"' },
    { flags: '--name <glob>', description: 'only those with such a name, in any letter case: "wi-fi*"' },
    {
      flags: '--type <text>',
      description: 'only those whose @odata.type contains this, in any letter case',
    },
    {
      flags: '--sort <keys>',
      description:
        'by a property, devices, name or type; - in front turns the order round; several with a comma: -failed,name',
    },
    { flags: '--top <n>', description: 'no more than the first n' },
    FAIL_ON_OPTION,
    {
      flags: '--excel',
      description: 'with -o csv: as Excel opens it, with a byte-order mark and semicolons',
    },
  ]),
  ...GRAPH_OPTIONS,
  ...OUTPUT_OPTIONS,
] as const;

export type ListOptions = OptionsOf<typeof OPTIONS>;
