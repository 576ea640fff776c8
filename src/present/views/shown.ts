/** A value of the service in words, whatever it is: what is missing is a dash, and what is no plain value its JSON. */
export function shownText(value: unknown): string {
  if (value === undefined || value === null) return '–';
  // A member named toString would break String().
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
