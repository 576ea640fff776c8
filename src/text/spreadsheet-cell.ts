/**
 * What a spreadsheet takes for a formula at the start of a cell: OWASP's list for CSV injection, with the full-width
 * forms that Excel takes for the same. Apostrophes before it belong to it, so that guarding can be undone.
 */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** A text as a cell that no spreadsheet runs: what looks like a formula gets an apostrophe in front. */
export function guardedCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that was guarded; any other is returned as it is. */
export function unguardedCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
