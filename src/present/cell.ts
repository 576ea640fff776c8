import type { Cell } from '../outcome/result.ts';
import { clean } from '../text/clean.ts';
import { type Measure, shorten } from './fit.ts';
import type { Paint } from './paint.ts';

/** A cell in its colours. */
export function painted({ text, tone, parts }: Cell, paint: Paint): string {
  return parts === undefined ? paint(text, tone) : parts.map((part) => paint(part.text, part.tone)).join('');
}

/** A cell without control characters. */
export function cleaned(cell: Cell): Cell {
  const text = clean(cell.text);
  // Nearly always; a text that is clean has clean parts.
  if (text === cell.text) return cell;
  const { parts } = cell;
  return { ...cell, text, ...(parts === undefined ? {} : { parts: parts.map(cleaned) }) };
}

/** A cell of at most `limit` columns; one that has to be cut has one tone. */
export function shortened(cell: Cell, limit: number, measure: Measure): Cell {
  const { text, tone } = cell;
  const kept = shorten(text, limit, measure);
  if (kept === text) return cell;
  return { text: kept, ...(tone === undefined ? {} : { tone }) };
}

/** A cell without spaces at its end: in colour they would stay at the end of a line. */
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
