import { Failure } from '../outcome/errors.ts';
import { readClaims } from './claims.ts';
import { variable } from './context.ts';
import type { Credential } from './credential.ts';

/** The access token in GRAPH_TOKEN. It is sent unchanged and cannot be renewed. */
export const environmentToken: Credential = {
  method: 'token',
  unavailable: (context) =>
    variable(context, 'GRAPH_TOKEN') === undefined ? 'GRAPH_TOKEN is not set' : undefined,
  async open(context) {
    const value = bearerToken(variable(context, 'GRAPH_TOKEN') ?? '');
    context.secrets.conceal(value);
    return async () => ({ value, expires: readClaims(value)?.expires, method: 'token' });
  },
};

/**
 * The token without white space and without a leading `Bearer`.
 * @throws a `sign-in` Failure if it is not valid in a header; the message does not contain it
 */
function bearerToken(value: string): string {
  const token = value.trim().replace(/^Bearer(?:\s+|$)/i, '');
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Failure('sign-in', 'GRAPH_TOKEN is set, but is not a bearer token', {
    hint: 'set it to the token alone, without quotes or line breaks',
  });
}
