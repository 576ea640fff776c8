import { usage } from '../outcome/errors.ts';

/**
 * Checks that an id can be a segment of a path and nothing but that, and returns it. A `/` or `%` in it is fine: it
 * is escaped on the way out. What URLs themselves would resolve (`.` and `..`) is not: no escaping protects those.
 * @param what how the message names the id, such as `deviceConfigurationId`
 * @throws a `usage` Failure
 */
export function checkId(id: string, what: string): string {
  const fault = idFault(id);
  if (fault !== undefined) {
    throw usage(
      `${what} ${JSON.stringify(id)} ${fault}`,
      'take the id from `graph-overview list` or from the portal’s address bar',
    );
  }
  return id;
}

/** What keeps an id from being a segment of a path and nothing but that; undefined where nothing does. */
export function idFault(id: string): string | undefined {
  if (id === '') return 'is empty';
  if (id !== id.trim()) return 'starts or ends with white space';
  if (id === '.' || id === '..') return 'would change the path of the request';
  if (/[\u0000-\u001f\u007f-\u009f]/.test(id)) return 'holds a control character';
  if (!id.isWellFormed()) return 'is not well-formed text';
  return undefined;
}

/** One path segment, escaped so that it stays one whatever it holds. */
export function escapeSegment(segment: string): string {
  return encodeURIComponent(segment);
}
