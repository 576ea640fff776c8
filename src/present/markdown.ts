import type { Block, Column, Result } from '../outcome/result.ts';
import { clean, cleanLines } from '../text/clean.ts';
import type { Presentation } from './presentation.ts';
import { queried } from './source.ts';
import { genericView } from './views/generic.ts';

/** `markdown`: the view as GitHub-flavoured Markdown. Text from a tenant is escaped. */
export async function* markdown(result: Result, { query }: Presentation): AsyncGenerator<string> {
  const data = await queried(result, query);
  const blocks = query === undefined ? result.view(data, { width: undefined }) : genericView(data);
  let first = true;
  for (const block of blocks) {
    if (!first) yield '\n';
    first = false;
    yield textOf(block);
  }
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `## ${escaped(block.text)}\n`;
    case 'line':
      return `${lineStart(block.cells.map(({ text }) => escaped(text)).join(' '))}\n`;
    case 'verbatim':
      return fenced(cleanLines(block.text));
    case 'table':
      return tableText(block);
  }
}

function tableText({ columns, rows }: Extract<Block, { kind: 'table' }>): string {
  const lines = [
    columns.map(({ title }) => escaped(title)),
    columns.map(ruleOf),
    ...rows.map((row) => row.map(({ text }) => escaped(text))),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function ruleOf({ align }: Column): string {
  return align === 'right' ? '---:' : '---';
}

/** Escapes everything that Markdown or HTML would interpret, and the automatic links of GitHub. */
function escaped(text: string): string {
  return clean(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_{}[\]#|~!$]/g, '\\$&')
    .replaceAll(/(?:https?|ftp)(?=:)|www(?=\.)|[\w.+-](?=@[\w-])/gi, '$&&#8203;');
}

/** Escapes what would begin a list, a quote, a rule or code at the start of a line. */
function lineStart(text: string): string {
  return text
    .trim()
    .replace(/^[-+=>]/, '\\$&')
    .replace(/^(\d+)(?=[.)])/, '$1\\');
}

/** A code block whose fence is longer than any run of backticks inside it. */
function fenced(text: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}\n`;
}
