import type { Result } from '../outcome/result.ts';
import { guardedCell } from '../text/spreadsheet-cell.ts';
import { cellText, flatTable } from './flat.ts';
import type { Presentation } from './presentation.ts';

/**
 * `csv`: RFC 4180 quoting, lines ended by a line feed. Because CSV files are opened in spreadsheets, text from a tenant
 * that a spreadsheet would evaluate as a formula gets a leading apostrophe, which `apply` removes. Numbers are unchanged.
 */
export async function* csv(result: Result, { query }: Presentation): AsyncGenerator<string> {
  const { stringify } = await import('csv-stringify/sync');
  const { columns, rows } = await flatTable(result, query);
  const dialect = result.excel === true ? { delimiter: ';' } : {};
  if (result.excel === true) yield BYTE_ORDER_MARK;
  if (columns !== undefined)
    yield stringify([columns.map((name) => (ODATA_NAME.test(name) ? name : guardedCell(name)))], dialect);
  for await (const row of rows) yield stringify([row.map(csvCell)], dialect);
}

/** Without it, Excel decodes UTF-8 as the code page of the locale. */
const BYTE_ORDER_MARK = '\ufeff';

/** Member names of the OData protocol: they are not formulas, and scripts select columns by these names. */
const ODATA_NAME = /^@odata\.\w+$/;

function csvCell(value: unknown): string {
  return typeof value === 'number' ? String(value) : guardedCell(cellText(value));
}

/**
 * `tsv`: exactly one line for each record, for `cut` and `read`. Nothing is quoted; a tab, line break or backslash in a
 * value is written as `\t`, `\n`, `\r` or `\\`.
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
