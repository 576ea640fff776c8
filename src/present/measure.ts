import type { Measure } from './fit.ts';

/**
 * Texts of characters that take one column each in every terminal and never join their neighbours: Latin letters, signs,
 * arrows, what tables and bars are drawn with, and the symbols of the counts.
 */
const PLAIN =
  /^[ -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u2500-\u259f\u25cc\u2713\u2717]*$/;

/**
 * How texts are measured. The library knows every character; loading it takes longer than a request, so it is left out
 * where no text needs it.
 * @param texts all that will be measured, except parts of them; undefined if unknown yet
 */
export async function measureOf(texts: Iterable<string> | undefined): Promise<Measure> {
  if (texts !== undefined && isPlain(texts)) return (text) => text.length;
  library ??= import('string-width');
  const { default: width } = await library;
  const known = new Map<string, number>();
  const measured = (text: string): number => {
    if (known.size >= MOST_KNOWN) known.clear();
    const found = width(text);
    known.set(text, found);
    return found;
  };
  return (text) => (PLAIN.test(text) ? text.length : (known.get(text) ?? measured(text)));
}

/** Asked for once: a screen is measured many times. */
let library: Promise<typeof import('string-width')> | undefined;

/** Each text of a table is measured several times; a screen that is drawn for days has ever new ones. */
const MOST_KNOWN = 10_000;

function isPlain(texts: Iterable<string>): boolean {
  for (const text of texts) if (!PLAIN.test(text)) return false;
  return true;
}
