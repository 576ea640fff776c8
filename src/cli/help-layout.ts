import type { Help } from 'commander';
import type { Command } from '../commands/command.ts';

/** Columns a description needs beside its flag; with fewer it stands below it. */
const BESIDE = 30;
const BELOW = '      ';

/** How help is laid out, so that it can be read at any width; the rest is commander's. */
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

/** The text of a command under its usage line. Paragraphs flow; a line that is indented stands as it is. */
export function detailsOf({ details, summary }: Command): string {
  return (details ?? summary).replaceAll(/(?<=\S)\n(?=[^\s])/g, ' ');
}

/** The examples of a command, as they can be pasted. */
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
