import { isObject } from '../../text/is-object.ts';
import { parseJson } from '../../text/parse-json.ts';
import { MAX_TOTAL_WAIT } from '../retry-policy.ts';
import type { Limit, RequestKind } from './limit.ts';

/** An event in the use of the quota. */
export type QuotaEvent =
  /** Requests were reserved, before they are sent. */
  | {
      readonly did: 'take';
      readonly kind: RequestKind;
      readonly count: number;
      /** The shared limit of the process. */
      readonly limit: Limit;
      /** Milliseconds after which no answer is possible, so that the process must have been killed. */
      readonly hold: number;
    }
  /** Reserved requests were not sent. */
  | { readonly did: 'release'; readonly kind: RequestKind; readonly count: number }
  /** Reserved requests were answered, or never will be; `passed` of them were accepted. */
  | {
      readonly did: 'answer';
      readonly kind: RequestKind;
      readonly count: number;
      readonly passed: number;
    }
  /** A request was sent and answered without a reservation. */
  | { readonly did: 'use'; readonly kind: RequestKind; readonly count: number }
  /** The service throttled: nothing is sent for `pause` milliseconds. */
  | {
      readonly did: 'throttle';
      readonly kind: RequestKind;
      readonly pause: number;
      /** Whether the pause is from the service's `Retry-After`. */
      readonly asked: boolean;
    };

/** One line of the log that the processes of one state folder share. */
export type QuotaRecord = QuotaEvent & {
  /** The name of the process. */
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
};

/** An upper limit for numbers in records, to detect invalid ones. */
const MAX = 1_000_000_000;

/**
 * Parses a line of the log.
 * @returns undefined if the line is not a complete record, since a process was killed or another program wrote it
 */
export function readQuotaRecord(line: string): QuotaRecord | undefined {
  const value = objectIn(line);
  if (value === undefined) return undefined;
  const { by, at, did, kind, count, limit, hold, passed, pause, asked } = value;
  if (typeof by !== 'string' || !isNumber(at, Number.MAX_SAFE_INTEGER)) return undefined;
  if (kind !== 'read' && kind !== 'write') return undefined;
  const common = { by, at, kind } as const;
  if (did === 'throttle')
    return isNumber(pause, MAX_TOTAL_WAIT) && typeof asked === 'boolean'
      ? { ...common, did, pause, asked }
      : undefined;
  if (!isNumber(count, MAX)) return undefined;
  if (did === 'take')
    return isLimit(limit) && isNumber(hold, MAX) ? { ...common, did, count, limit, hold } : undefined;
  if (did === 'answer') return isNumber(passed, count) ? { ...common, did, count, passed } : undefined;
  return did === 'use' || did === 'release' ? { ...common, did, count } : undefined;
}

function objectIn(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{') || line.length > 1_000) return undefined;
  const value = parseJson(line);
  return isObject(value) ? value : undefined;
}

function isLimit(value: unknown): value is Limit {
  if (!isObject(value)) return false;
  const { writes, requests, window } = value;
  return [writes, requests, window].every((one) => isNumber(one, Number.MAX_SAFE_INTEGER) && one > 0);
}

function isNumber(value: unknown, max: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= max;
}
