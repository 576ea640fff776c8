/** A value of the service as text: a missing value is a dash, an object its JSON. */
export function shownText(value: unknown): string {
  if (value === undefined || value === null) return '–';
  // String() would fail for an object with a member named toString.
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
