import type { OutputOptions, YesOptions } from './shared-options.ts';
import type { Source } from './source.ts';

/** Whether a variable that switches something on does: it is set, and not to `0`, `false` or `no`. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no'].includes(value.toLowerCase());
}

/** What forbids questions: `--no-input`, or the variable that is set; undefined where a terminal may be asked. */
export function inputForbiddenBy({ options, env }: Source<Pick<OutputOptions, 'input'>>): string | undefined {
  if (options.input === false) return '--no-input';
  if (isOn(env.GRAPH_OVERVIEW_NO_INPUT)) return 'GRAPH_OVERVIEW_NO_INPUT';
  return ['', '0', 'false'].includes((env.CI ?? '').toLowerCase()) ? undefined : 'CI';
}

/** Whether the answer is yes before anything is asked: by `--yes`, or by the environment. */
export function isConfirmed({ options, env }: Source<YesOptions>): boolean {
  return options.yes === true || isOn(env.GRAPH_OVERVIEW_YES);
}

/** Why nothing is asked, for a message: `CI is set: nothing is asked`. */
export function noInputText(forbidden: string): string {
  return `${forbidden} ${forbidden.startsWith('-') ? 'is given' : 'is set'}: nothing is asked`;
}
