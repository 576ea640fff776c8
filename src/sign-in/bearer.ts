import { Failure } from '../outcome/errors.ts';

/**
 * A token that is given, not acquired: GRAPH_TOKEN.
 * @throws a `sign-in` Failure where it cannot be a header's value; the message never shows it
 */
export function givenToken(value: string): string {
  const token = value.trim().replace(/^Bearer\s+/i, '');
  if (token !== '' && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new Failure('sign-in', 'GRAPH_TOKEN is set, but it is no bearer token', {
    hint: 'set it to the token alone, without quotes or line breaks',
  });
}
