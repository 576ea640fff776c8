import { createHash, randomBytes } from 'node:crypto';
import { badRequest, required } from './entra-error.ts';
import type { Answer, AuthorityRequest, Issued } from './exchange.ts';
import type { Behaviour } from './tenant.ts';

interface Waiting {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scope: string;
  readonly nonce: string | undefined;
}

/** Authorization codes with PKCE (RFC 7636): the user always consents, unless an error is set. */
export class AuthorizationCodes {
  readonly #waiting: Issued<Waiting> = new Map();

  /** `GET authorize`: sends the browser back to the redirect URI. */
  start({ query }: AuthorityRequest, { authorizeError }: Behaviour): Answer {
    const redirectUri = required(query, 'redirect_uri');
    const target = new URL(redirectUri);
    if (target.hostname !== 'localhost' && target.hostname !== '127.0.0.1') {
      throw badRequest('invalid_request', 50011, `The redirect URI '${redirectUri}' is not registered.`);
    }
    if (query.code_challenge_method !== 'S256') {
      throw badRequest('invalid_request', 9002325, 'Proof Key for Code Exchange is required.');
    }
    const back = new URLSearchParams(query.state === undefined ? {} : { state: query.state });
    if (authorizeError === undefined) {
      const code = `1.${randomBytes(32).toString('base64url')}`;
      this.#waiting.set(code, {
        redirectUri,
        clientId: required(query, 'client_id'),
        challenge: required(query, 'code_challenge'),
        scope: required(query, 'scope'),
        nonce: query.nonce,
      });
      back.set('code', code);
      back.set('session_state', 'a-session');
    } else {
      back.set('error', authorizeError.error);
      back.set('error_description', authorizeError.description);
    }
    target.search = back.toString();
    return { status: 302, headers: { location: target.href } };
  }

  /** The scope and nonce of the authorization request. A code can be redeemed once, by the client that requested it. */
  redeem({ form }: AuthorityRequest): { readonly scope: string; readonly nonce: string | undefined } {
    const code = required(form, 'code');
    const verifier = required(form, 'code_verifier');
    const waiting = this.#waiting.get(code);
    this.#waiting.delete(code);
    if (waiting === undefined) {
      throw badRequest('invalid_grant', 54005, 'The authorization code is unknown or was redeemed before.');
    }
    if (form.client_id !== waiting.clientId || form.redirect_uri !== waiting.redirectUri) {
      throw badRequest('invalid_grant', 500112, 'Client or redirect URI differ from those of the code.');
    }
    if (createHash('sha256').update(verifier).digest('base64url') !== waiting.challenge) {
      throw badRequest('invalid_grant', 501481, 'The code verifier does not match the code challenge.');
    }
    return waiting;
  }
}
