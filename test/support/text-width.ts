import stringWidth from 'string-width';

const known = new Map<string, number>();

/** The columns of a text on a terminal; cached, because property-based tests measure the same characters repeatedly. */
export function textWidth(text: string): number {
  let width = known.get(text);
  if (width === undefined) {
    width = stringWidth(text);
    known.set(text, width);
  }
  return width;
}
