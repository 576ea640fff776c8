import { usage } from '../outcome/errors.ts';

/**
 * Checks that an id is safe as a single path segment, and returns it. A `/` or `%` is allowed, since it is escaped in the
 * URL. `.` and `..` are not: they are resolved even when they are escaped.
 * @param what the name of the id in messages, such as `deviceConfigurationId`
 * @throws a `usage` Failure
 */
export function checkId(id: string, what: string): string {
  const problem = idError(id);
  if (problem !== undefined) {
    throw usage(
      `${what} ${JSON.stringify(id)} ${problem}`,
      'take the id from `graph-overview list` or from the portal’s address bar',
    );
  }
  return id;
}

/** Why an id is not safe as a single path segment; undefined if it is. */
export function idError(id: string): string | undefined {
  if (id === '') return 'is empty';
  if (id !== id.trim()) return 'starts or ends with white space';
  if (id === '.' || id === '..') return 'would change the path of the request';
  if (/[\u0000-\u001f\u007f-\u009f]/.test(id)) return 'contains a control character';
  if (!id.isWellFormed()) return 'is not well-formed text';
  return undefined;
}

/** Whether an id is a GUID, as those of Intune are. */
export function isGuid(id: string): boolean {
  return /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(id);
}

/** Escapes a path segment, so that it remains a single segment. */
export function escapeSegment(segment: string): string {
  return encodeURIComponent(segment);
}
