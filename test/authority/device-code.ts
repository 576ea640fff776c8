import { randomBytes } from 'node:crypto';
import { badRequest, required } from './entra-error.ts';
import { type Answer, type AuthorityRequest, type Issued, json } from './exchange.ts';
import type { Behaviour } from './tenant.ts';

interface Waiting {
  readonly clientId: string;
  polls: number;
}

/** Device codes (RFC 8628): issued, polled, and finally granted, declined or expired. */
export class DeviceCodes {
  readonly #waiting: Issued<Waiting> = new Map();

  /** `POST devicecode`. */
  start({ form }: AuthorityRequest, { deviceCode }: Behaviour): Answer {
    const code = randomBytes(24).toString('base64url');
    const userCode = randomBytes(5).toString('hex').toUpperCase().slice(0, 9);
    this.#waiting.set(code, { clientId: required(form, 'client_id'), polls: 0 });
    return json({
      user_code: userCode,
      device_code: code,
      verification_uri: 'https://microsoft.com/devicelogin',
      expires_in: deviceCode.expiresInSeconds,
      interval: deviceCode.intervalSeconds,
      message: `Open https://microsoft.com/devicelogin and enter the code ${userCode} to sign in.`,
    });
  }

  /** One poll of the token endpoint. @throws Refusal unless the code is granted */
  redeem({ form }: AuthorityRequest, { deviceCode }: Behaviour): void {
    const code = required(form, 'device_code');
    const waiting = this.#waiting.get(code);
    if (waiting === undefined || waiting.clientId !== form.client_id) {
      throw badRequest('bad_verification_code', 70018, 'The device code is not known.');
    }
    waiting.polls += 1;
    if (waiting.polls <= deviceCode.pending) {
      throw badRequest(
        'authorization_pending',
        70016,
        'The user has not entered the code yet; continue polling.',
      );
    }
    this.#waiting.delete(code);
    if (deviceCode.outcome === 'declined') {
      throw badRequest('authorization_declined', 65004, 'The user declined to sign in.');
    }
    if (deviceCode.outcome === 'expired') {
      throw badRequest('expired_token', 70020, 'The device code has expired.');
    }
  }
}
