import type { Clock } from '../process/runtime.ts';
import type { AccessToken } from './access-token.ts';

/** A token is renewed if it remains valid for less than this, in milliseconds. */
const RENEW_BEFORE = 5 * 60_000;

/** Holds the token of a run, and renews it before it expires. Concurrent callers share one request. */
export class TokenManager {
  readonly #clock: Clock;
  readonly #acquire: (claims: string | undefined) => Promise<AccessToken>;
  #held: { readonly token: AccessToken; readonly renewAt: number } | undefined;
  #renewal: Promise<AccessToken> | undefined;
  #challenge: { readonly claims: string; readonly answer: Promise<AccessToken> } | undefined;

  /** @param acquire requests a token; with claims (JSON) if the service challenged the last one */
  constructor(clock: Clock, acquire: (claims: string | undefined) => Promise<AccessToken>) {
    this.#clock = clock;
    this.#acquire = acquire;
  }

  /** A valid token. @throws the error of `acquire`; the next call tries again */
  async token(): Promise<AccessToken> {
    if (this.#held !== undefined && this.#clock.now() < this.#held.renewAt) return this.#held.token;
    this.#renewal ??= this.#acquire(undefined)
      .then((token) => {
        // The next challenge concerns this token: the answer to the previous one does not apply to it.
        this.#challenge = undefined;
        return this.#hold(token);
      })
      .finally(() => {
        this.#renewal = undefined;
      });
    return this.#renewal;
  }

  /**
   * A new token that satisfies a claims challenge; requests that meet the same challenge share it.
   * @param claims JSON, decoded from the `WWW-Authenticate` header
   */
  async answer(claims: string): Promise<AccessToken> {
    if (this.#challenge?.claims === claims) return this.#challenge.answer;
    const answer = this.#acquire(claims).then((token) => this.#hold(token));
    const challenge = { claims, answer };
    this.#challenge = challenge;
    answer.catch(() => {
      // A failure is not cached, since it may be temporary.
      if (this.#challenge === challenge) this.#challenge = undefined;
    });
    return answer;
  }

  #hold(token: AccessToken): AccessToken {
    const now = this.#clock.now();
    const { expires } = token;
    // Some credentials repeatedly return a token that is about to expire. Renewing it after half of its remaining lifetime
    // avoids a request for each call.
    const renewAt =
      expires === undefined
        ? Number.POSITIVE_INFINITY
        : Math.max(expires - RENEW_BEFORE, now + (expires - now) / 2);
    this.#held = { token, renewAt };
    return token;
  }
}
