import type { Result } from '../outcome/result.ts';
import { guardedCell } from '../text/spreadsheet-cell.ts';
import { cellText, flatTable } from './flat.ts';
import type { Presentation } from './presentation.ts';

/**
 * `csv`: RFC 4180 quoting, lines ended by a line feed. Files of CSV are opened in spreadsheets, so a tenant's text that
 * would run there gets an apostrophe in front, which `apply` takes away again; numbers stay as they are.
 */
export async function* csv(result: Result, { query }: Presentation): AsyncGenerator<string> {
  const { stringify } = await import('csv-stringify/sync');
  const { columns, rows } = await flatTable(result, query);
  const dialect = result.excel === true ? { delimiter: ';' } : {};
  if (result.excel === true) yield BYTE_ORDER_MARK;
  if (columns !== undefined)
    yield stringify([columns.map((name) => (OWN_NAME.test(name) ? name : guardedCell(name)))], dialect);
  for await (const row of rows) yield stringify([row.map(csvCell)], dialect);
}

/** Without it Excel takes UTF-8 for the code page of the country. */
const BYTE_ORDER_MARK = '\ufeff';

/** Members that Graph's protocol names: no formula, and scripts ask for them by name. */
const OWN_NAME = /^@odata\.\w+$/;

function csvCell(value: unknown): string {
  return typeof value === 'number' ? String(value) : guardedCell(cellText(value));
}

/**
 * `tsv`: one record a line whatever it holds, for `cut` and `read`. Nothing is quoted; a tab, line break or backslash
 * inside a value is written `\t`, `\n`, `\r`, `\\`.
 */
export async function* tsv(result: Result, { query }: Presentation): AsyncGenerator<string> {
  const { columns, rows } = await flatTable(result, query);
  if (columns !== undefined) yield tsvLine(columns);
  for await (const row of rows) yield tsvLine(row.map(cellText));
}

const TSV_ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };

function tsvLine(cells: readonly string[]): string {
  const escaped = cells.map((cell) =>
    cell.replaceAll(/[\t\n\r\\]/g, (character) => TSV_ESCAPES[character] ?? ''),
  );
  return `${escaped.join('\t')}\n`;
}
