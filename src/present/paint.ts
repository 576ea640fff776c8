import type { Tone } from '../outcome/result.ts';

/** Adds the colour codes of a tone to a text; without colour, returns it unchanged. */
export type Paint = (text: string, tone: Tone | undefined) => string;

/** Colours by meaning. A colour is never the only indication: a word or a symbol always says the same. */
export async function painter(color: boolean): Promise<Paint> {
  if (!color) return (text) => text;
  const { Chalk } = await import('chalk');
  // Without a level, chalk reads `--color` from process.argv, and would take `--color never` as enabled.
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
