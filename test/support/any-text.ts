import fc from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };

/**
 * The same character for the same number as the unit `binary` of fast-check. That unit creates a map of all 1,112,064
 * characters in each test file, which takes a second.
 */
const character = fc
  .integer({ min: 0, max: 0x10ffff - SURROGATES.count })
  .map((place) => String.fromCodePoint(place < SURROGATES.first ? place : place + SURROGATES.count), placeOf);

/** @throws if it is not exactly one character */
function placeOf(text: unknown): number {
  const point = typeof text === 'string' ? text.codePointAt(0) : undefined;
  if (point === undefined || text !== String.fromCodePoint(point) || !text.isWellFormed())
    throw new Error(`not one character: ${JSON.stringify(text)}`);
  return point < SURROGATES.first ? point : point - SURROGATES.count;
}

/** Text of any characters, sometimes a name with a meaning in JavaScript, such as `__proto__`. */
export const anyText = fc.string({ unit: character });
