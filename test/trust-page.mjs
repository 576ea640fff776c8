// Writes the tables of docs/trust.md and of other pages, each between its markers.
import { readFileSync, writeFileSync } from 'node:fs';

const PAGE = new URL('../docs/trust.md', import.meta.url);

/** A table in Markdown. */
export function tableOf(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

/** Writes a text between the markers of that name. */
export function writeTable(name, text, path = PAGE) {
  const { page, start, stop } = sectionOf(name, path);
  writeFileSync(path, `${page.slice(0, start)}\n\n${text}\n\n${page.slice(stop)}`);
}

function sectionOf(name, path) {
  const page = readFileSync(path, 'utf8');
  const [begin, end] = [`<!-- ${name}: written by the command below -->`, `<!-- end of ${name} -->`];
  const [start, stop] = [page.indexOf(begin), page.indexOf(end)];
  if (start < 0 || stop < start) throw new Error(`${path.pathname} has no marks for ${name}`);
  return { page, start: start + begin.length, stop };
}
