import type { Help } from 'commander';
import type { Command } from '../commands/command.ts';

/** Minimum width of a description beside its flag; otherwise it is printed below the flag. */
const BESIDE = 30;
const BELOW = '      ';

/** The layout of help for any width; the rest is commander's default. */
export const HELP_LAYOUT: Partial<Help> & ThisType<Help> = {
  minWidthToWrap: 20,
  formatItem(term, termWidth, description, help) {
    const width = help.helpWidth ?? 80;
    const column = termWidth + 4;
    if (description === '') return `  ${term}`;
    if (width - column >= BESIDE) {
      const lines = help.boxWrap(description, width - column).split('\n');
      return `  ${term.padEnd(termWidth)}  ${lines.join(`\n${' '.repeat(column)}`)}`;
    }
    return `  ${term}\n${indent(help.boxWrap(description, width - BELOW.length), BELOW)}`;
  },
  commandUsage(command) {
    const usage = `${command.name()} ${command.usage()}`;
    const parent = command.parent === null ? '' : `${command.parent.name()} `;
    const width = (this.helpWidth ?? 80) - 'Usage: '.length;
    return this.boxWrap(parent + usage, width).replaceAll('\n', '\n         ');
  },
  subcommandTerm(command) {
    return command.name();
  },
};

/** The description of a command. Paragraphs are wrapped; indented lines are kept. */
export function detailsOf({ details, summary }: Command): string {
  return (details ?? summary).replaceAll(/(?<=\S)\n(?=[^\s])/g, ' ');
}

/** The examples of a command, ready to paste. */
export function examplesText({ examples }: Command): string {
  const lines = examples.map(({ what, line }) => `  # ${what}\n  graph-overview ${line}`);
  return lines.length === 0 ? '' : `\nExamples:\n${lines.join('\n')}\n`;
}

function indent(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => by + line)
    .join('\n');
}
