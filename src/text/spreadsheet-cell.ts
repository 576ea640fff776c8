/**
 * The start of a cell that a spreadsheet evaluates as a formula: OWASP's list for CSV injection, with the full-width
 * forms that Excel accepts. Leading apostrophes are included, so that guarding can be reversed.
 */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** A cell that no spreadsheet evaluates: text that looks like a formula gets a leading apostrophe. */
export function guardedCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Reverses `guardedCell`; any other text is returned unchanged. */
export function unguardedCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
