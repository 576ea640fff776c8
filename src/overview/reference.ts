import { usage } from '../outcome/errors.ts';
import { checkId, isGuid } from './id.ts';

/** A reference to a device configuration: by id or by display name. */
export type Reference = { readonly kind: 'id'; readonly id: string } | NameReference;

export interface NameReference {
  readonly kind: 'name';
  readonly name: string;
  /** Whether it was given with `name:`, so that the beginning of a name is not accepted. */
  readonly whole: boolean;
}

/** Text with the characters and about the length of a GUID, which is probably a mistyped GUID. */
const LIKE_GUID = /^[\da-f-]{32,36}$/i;

/**
 * Reads a reference to a configuration: a GUID, `id:<text>` for any other id, `name:<text>` for a display name that is
 * compared whole; any other text is a display name.
 * @param what the name of the reference in messages, such as `deviceConfigurationId`
 * @throws a `usage` Failure for invalid text, such as a GUID with a missing digit
 */
export function readReference(text: string, what: string): Reference {
  if (isGuid(text)) return { kind: 'id', id: text };
  if (text.startsWith('id:')) return { kind: 'id', id: checkId(text.slice('id:'.length), what) };
  checkNotGuid(text, what);
  const whole = text.startsWith('name:');
  const name = whole ? text.slice('name:'.length) : text;
  if (name.trim() === '')
    throw usage(`${what} is empty`, 'give a display name or an id: `graph-overview list` has both');
  if (!name.isWellFormed()) throw usage(`${what} ${JSON.stringify(text)} is not well-formed text`);
  return { kind: 'name', name, whole };
}

/**
 * Reads an id where names are not allowed, with or without `id:` before it.
 * @param what the name of the id in messages
 * @throws a `usage` Failure for an invalid id, such as a GUID with a missing digit
 */
export function readId(text: string, what: string): string {
  if (text.startsWith('id:')) return checkId(text.slice('id:'.length), what);
  checkNotGuid(text, what);
  return checkId(text, what);
}

/** @throws a `usage` Failure for text that is nearly a GUID */
function checkNotGuid(text: string, what: string): void {
  if (!LIKE_GUID.test(text) || isGuid(text)) return;
  throw usage(
    `${what} ${JSON.stringify(text)} is not a GUID`,
    'a GUID has 8, 4, 4, 4 and 12 hexadecimal digits with hyphens between them; write id: before any other id',
  );
}

/** The reference to an id on a command line. */
export function idReference(id: string): string {
  return isGuid(id) ? id : `id:${id}`;
}
