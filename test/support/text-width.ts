import stringWidth from 'string-width';

const known = new Map<string, number>();

/** Columns of a text on a terminal, by the package; property-based tests measure the same characters again and again. */
export function textWidth(text: string): number {
  let width = known.get(text);
  if (width === undefined) {
    width = stringWidth(text);
    known.set(text, width);
  }
  return width;
}
