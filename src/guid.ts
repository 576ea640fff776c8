/**
 * A GUID of version 4 (RFC 9562). It is unique, not secret: it names requests, runs and drafts. Loading Node's
 * cryptography for that would take longer than a request on loopback.
 * @param random from 0 (inclusive) to 1 (exclusive)
 */
export function newGuid(random: () => number): string {
  const hex = (digits: number): string =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  // The first digit of the fourth group says the variant: 8, 9, a or b.
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(6)}${hex(6)}`;
}
