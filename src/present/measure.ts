import type { Measure } from './fit.ts';

/**
 * Text of characters that take one column each in every terminal and never combine with others: Latin letters, signs,
 * arrows, the characters of tables and bars, and the symbols of the counts.
 */
const PLAIN =
  /^[ -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u2500-\u259f\u25cc\u2713\u2717]*$/;

/**
 * Returns the function that measures text. `string-width` knows every character, but loading it takes longer than a
 * request, so it is loaded only if a text needs it.
 * @param texts all texts that will be measured, or of which parts will be; undefined if they are not known yet
 */
export async function measureOf(texts: Iterable<string> | undefined): Promise<Measure> {
  if (texts !== undefined && isPlain(texts)) return (text) => text.length;
  library ??= import('string-width');
  const { default: width } = await library;
  const known = new Map<string, number>();
  const measured = (text: string): number => {
    if (known.size >= MAX_KNOWN) known.clear();
    const found = width(text);
    known.set(text, found);
    return found;
  };
  return (text) => (PLAIN.test(text) ? text.length : (known.get(text) ?? measured(text)));
}

/** Imported once, since a screen is measured many times. */
let library: Promise<typeof import('string-width')> | undefined;

/** The size of the cache: each text of a table is measured several times, and a screen that runs for days has new texts. */
const MAX_KNOWN = 10_000;

function isPlain(texts: Iterable<string>): boolean {
  for (const text of texts) if (!PLAIN.test(text)) return false;
  return true;
}
