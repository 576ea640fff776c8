import type { AuthMethod } from './methods.ts';

/** A token as a way of signing in gave it. */
export interface AccessToken {
  readonly value: string;
  /** Milliseconds since the epoch; undefined where nothing says it. */
  readonly expires: number | undefined;
  readonly method: AuthMethod;
}
