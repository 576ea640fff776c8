import { usage } from '../outcome/errors.ts';
import { checkId } from './id.ts';

/** What someone writes for a device configuration. */
export type Reference = { readonly kind: 'id'; readonly id: string } | NameReference;

export interface NameReference {
  readonly kind: 'name';
  readonly name: string;
  /** `name:` in front of it says that the whole name is given. */
  readonly whole: boolean;
}

const GUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** What has the characters and the length of a GUID was meant as one, with or without its hyphens. */
const LIKE_GUID = /^[\da-f-]{32,36}$/i;

/**
 * Reads a reference to a configuration: a GUID, `id:<text>` for any other id, `name:<text>` for a display name that is
 * compared whole; any other text is a display name.
 * @param what how the message names it, such as `deviceConfigurationId`
 * @throws a `usage` Failure for what can be neither, such as a GUID with a digit too few
 */
export function readReference(text: string, what: string): Reference {
  if (GUID.test(text)) return { kind: 'id', id: text };
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
 * Reads what stands for an id where no name may stand: any text that is one, with or without `id:` in front.
 * @throws a `usage` Failure for what is none, such as a GUID with a digit too few
 */
export function readId(text: string, what: string): string {
  if (text.startsWith('id:')) return checkId(text.slice('id:'.length), what);
  checkNotGuid(text, what);
  return checkId(text, what);
}

/** @throws a `usage` Failure for a GUID that was damaged on its way */
function checkNotGuid(text: string, what: string): void {
  if (!LIKE_GUID.test(text) || GUID.test(text)) return;
  throw usage(
    `${what} ${JSON.stringify(text)} is not a GUID`,
    'a GUID has 8, 4, 4, 4 and 12 hexadecimal digits with hyphens between them; write id: in front of another kind of id',
  );
}

/** How a command line names the configuration with this id. */
export function idReference(id: string): string {
  return GUID.test(id) ? id : `id:${id}`;
}
