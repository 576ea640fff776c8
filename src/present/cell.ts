import type { Cell } from '../outcome/result.ts';
import { clean } from '../text/clean.ts';
import { type Measure, shorten } from './fit.ts';
import type { Paint } from './paint.ts';

/** The text of a cell with its colours. */
export function painted({ text, tone, parts }: Cell, paint: Paint): string {
  return parts === undefined ? paint(text, tone) : parts.map((part) => paint(part.text, part.tone)).join('');
}

/** A cell without control characters. */
export function cleaned(cell: Cell): Cell {
  const text = clean(cell.text);
  // The common case. If the text is clean, so are its parts.
  if (text === cell.text) return cell;
  const { parts } = cell;
  return { ...cell, text, ...(parts === undefined ? {} : { parts: parts.map(cleaned) }) };
}

/** A cell of at most `limit` terminal columns. A truncated cell loses its parts and has one tone. */
export function shortened(cell: Cell, limit: number, measure: Measure): Cell {
  const { text, tone } = cell;
  const kept = shorten(text, limit, measure);
  if (kept === text) return cell;
  return { text: kept, ...(tone === undefined ? {} : { tone }) };
}

/** A cell without trailing spaces: inside colour codes, they would not be trimmed from the end of a line. */
export function trimmed(cell: Cell): Cell {
  const text = cell.text.trimEnd();
  if (text === cell.text) return cell;
  let left = text.length;
  const parts = cell.parts?.map((part) => {
    const kept = part.text.slice(0, left);
    left -= kept.length;
    return { ...part, text: kept };
  });
  return { ...cell, text, ...(parts === undefined ? {} : { parts }) };
}
