import type { Clock } from '../process/runtime.ts';
import type { AccessToken } from './token.ts';

/** A token is renewed when it is valid for less than this, in milliseconds. */
const RENEW_BEFORE = 5 * 60_000;

/** Holds the token of a run and renews it before it expires, once for all who ask at the same time. */
export class TokenKeeper {
  readonly #clock: Clock;
  readonly #renew: (claims: string | undefined) => Promise<AccessToken>;
  #held: { readonly token: AccessToken; readonly renewAt: number } | undefined;
  #renewing: Promise<AccessToken> | undefined;
  #challenge: { readonly claims: string; readonly answer: Promise<AccessToken> } | undefined;

  /** @param renew asks for a token; with claims where the service challenged the last one */
  constructor(clock: Clock, renew: (claims: string | undefined) => Promise<AccessToken>) {
    this.#clock = clock;
    this.#renew = renew;
  }

  /** A valid token. */
  async token(): Promise<AccessToken> {
    if (this.#held !== undefined && this.#clock.now() < this.#held.renewAt) return this.#held.token;
    this.#renewing ??= this.#renew(undefined)
      .then((token) => {
        // The next challenge is about this token, whatever it says: the answer to the last one is no answer to it.
        this.#challenge = undefined;
        return this.#hold(token);
      })
      .finally(() => {
        this.#renewing = undefined;
      });
    return this.#renewing;
  }

  /** A fresh token that answers a challenge; the same challenge to many requests is answered once. */
  async answer(claims: string): Promise<AccessToken> {
    if (this.#challenge?.claims === claims) return this.#challenge.answer;
    const answer = this.#renew(claims).then((token) => this.#hold(token));
    const challenge = { claims, answer };
    this.#challenge = challenge;
    answer.catch(() => {
      // Like any other failure it is not kept: the network may be back for the next request.
      if (this.#challenge === challenge) this.#challenge = undefined;
    });
    return answer;
  }

  #hold(token: AccessToken): AccessToken {
    const now = this.#clock.now();
    const { expires } = token;
    // Some ways give a token that is about to expire, again and again: half of what is left is soon enough to ask.
    const renewAt =
      expires === undefined
        ? Number.POSITIVE_INFINITY
        : Math.max(expires - RENEW_BEFORE, now + (expires - now) / 2);
    this.#held = { token, renewAt };
    return token;
  }
}
