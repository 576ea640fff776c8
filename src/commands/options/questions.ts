import type { OutputOptions, YesOptions } from './shared-options.ts';
import type { Source } from './source.ts';

/** Whether a boolean variable is on: it is set to another value than `0`, `false` or `no`. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no'].includes(value.toLowerCase());
}

/** The name of the flag or variable that disables prompts; undefined if prompts are allowed. */
export function inputForbiddenBy({ options, env }: Source<Pick<OutputOptions, 'input'>>): string | undefined {
  if (options.input === false) return '--no-input';
  if (isOn(env.GRAPH_OVERVIEW_NO_INPUT)) return 'GRAPH_OVERVIEW_NO_INPUT';
  return ['', '0', 'false'].includes((env.CI ?? '').toLowerCase()) ? undefined : 'CI';
}

/** Whether confirmation is already given: by `--yes` or by the environment. */
export function isConfirmed({ options, env }: Source<YesOptions>): boolean {
  return options.yes === true || isOn(env.GRAPH_OVERVIEW_YES);
}

/** The reason for a message: `CI is set: prompts are disabled`. */
export function noInputText(forbidden: string): string {
  return `${forbidden} ${forbidden.startsWith('-') ? 'is given' : 'is set'}: prompts are disabled`;
}
