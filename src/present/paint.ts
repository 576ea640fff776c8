import type { Tone } from '../outcome/result.ts';

/** Puts a tone on a text, or leaves it as it is where there is no colour. */
export type Paint = (text: string, tone: Tone | undefined) => string;

/** Colours by meaning. None of them is the only carrier of it: a word, a sign or a symbol always says the same. */
export async function painter(color: boolean): Promise<Paint> {
  if (!color) return (text) => text;
  const { Chalk } = await import('chalk');
  // The level is set here: chalk would look for `--color` in the arguments by itself, and take `--color never` for yes.
  const chalk = new Chalk({ level: 1 });
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    plain: (text) => text,
    strong: chalk.bold,
    dim: chalk.dim,
    success: chalk.green,
    pending: chalk.blue,
    error: chalk.red,
    failed: chalk.redBright,
    conflict: chalk.magenta,
    'not-applicable': chalk.gray,
    added: chalk.green,
    removed: chalk.red,
  };
  return (text, tone) => (tone === undefined || text === '' ? text : tones[tone](text));
}
