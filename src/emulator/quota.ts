import { QUOTA } from '../catalog/quota.ts';
import type { Clock } from '../process/runtime.ts';
import { type EmulatorRequest, reads } from './message.ts';
import { Problem } from './problem.ts';

/** The limit for the writes of one app in a sliding window. The other limits have the documented ratios to it. */
export interface QuotaOptions {
  readonly writes: number;
  /** Length of the window in milliseconds. */
  readonly window: number;
  /** Whether a 429 has `Retry-After`. */
  readonly retryAfter: boolean;
  readonly clock: Clock;
}

/** The ratios of the documented limits to the writes of one app. */
const RATIOS = {
  appRequests: QUOTA.app.requests / QUOTA.app.writes,
  tenantWrites: QUOTA.tenant.writes / QUOTA.app.writes,
  tenantRequests: QUOTA.tenant.requests / QUOTA.app.writes,
} as const;

/** Counts requests in sliding windows, for each app in its tenant and for each tenant, including throttled attempts. */
export class Quota {
  readonly #options: QuotaOptions;
  readonly #attempts = new Map<string, number[]>();

  constructor(options: QuotaOptions) {
    this.#options = options;
  }

  /** @throws a Problem 429 if a window is full */
  count(request: EmulatorRequest): void {
    const { writes, window, clock } = this.#options;
    const now = clock.now();
    const { app, tenant } = callerOf(request);
    const write = !reads(request.method);
    const windows: readonly (readonly [key: string, limit: number, counts: boolean])[] = [
      [`${tenant}/${app}/write`, writes, write],
      [`${tenant}/${app}/any`, writes * RATIOS.appRequests, true],
      [`${tenant}/write`, writes * RATIOS.tenantWrites, write],
      [`${tenant}/any`, writes * RATIOS.tenantRequests, true],
    ];
    let wait = 0;
    for (const [key, limit, counts] of windows) {
      if (!counts) continue;
      const attempts = this.#recent(key, now - window);
      const blocking = attempts[attempts.length - limit];
      if (blocking !== undefined) wait = Math.max(wait, blocking + window - now);
      attempts.push(now);
    }
    if (wait > 0) throw this.#throttled(wait);
  }

  #recent(key: string, since: number): number[] {
    const all = this.#attempts.get(key) ?? [];
    const first = all.findIndex((time) => time > since);
    const recent = first < 0 ? [] : first === 0 ? all : all.slice(first);
    this.#attempts.set(key, recent);
    return recent;
  }

  #throttled(wait: number): Problem {
    const headers = this.#options.retryAfter ? { 'Retry-After': String(Math.ceil(wait / 1_000)) } : {};
    return new Problem(429, 'TooManyRequests', 'Too many requests: the quota of the window is used up.', {
      headers,
    });
  }
}

/** App and tenant by the token's claims; all requests without a readable token count as one app of one tenant. */
function callerOf({ headers }: EmulatorRequest): { readonly app: string; readonly tenant: string } {
  const token = (headers.authorization ?? '').replace(/^Bearer\s+/i, '');
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return { app: String(claims.appid ?? claims.azp ?? ''), tenant: String(claims.tid ?? '') };
  } catch {
    return { app: 'local', tenant: 'local' };
  }
}
