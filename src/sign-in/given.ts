import { givenToken } from './bearer.ts';
import { readClaims } from './claims.ts';
import { variable } from './context.ts';
import type { Way } from './way.ts';

/** GRAPH_TOKEN: a token from elsewhere, taken as it is. */
export const given: Way = {
  method: 'token',
  missing: (context) =>
    variable(context, 'GRAPH_TOKEN') === undefined ? 'GRAPH_TOKEN is not set' : undefined,
  async open(context) {
    const value = givenToken(variable(context, 'GRAPH_TOKEN') ?? '');
    context.secrets.conceal(value);
    return async () => ({ value, expires: readClaims(value)?.expires, method: 'token' });
  },
};
