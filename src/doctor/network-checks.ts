import { type Incoming, openTransport } from '../graph/exchange.ts';
import type { HttpProxy } from '../graph/proxy.ts';
import { Failure } from '../outcome/errors.ts';
import type { Runtime } from '../process/runtime.ts';
import { type Finding, skip, warn } from './checklist.ts';

/** The oldest Node that the program is tested with. */
const OLDEST_NODE = [20, 18, 1] as const;

/** A larger skew makes Entra refuse what this machine signs; a smaller one is worth a warning. In milliseconds. */
const CLOCK_FAILS = 5 * 60_000;
const CLOCK_WARNS = 60_000;

export function nodeVersion({ nodeVersion: version }: Pick<Runtime, 'nodeVersion'>): Finding {
  const parts = version.split('.').map(Number);
  const difference =
    OLDEST_NODE.map((oldest, index) => (parts[index] ?? 0) - oldest).find((step) => step !== 0) ?? 0;
  if (difference >= 0) return `Node ${version}`;
  throw new Failure('usage', `Node ${version} is older than ${OLDEST_NODE.join('.')}`, {
    hint: 'install a newer Node',
  });
}

export function proxyInUse(proxy: HttpProxy | undefined): Finding {
  if (proxy === undefined) return skip('no proxy is set');
  const { username, host, protocol } = new URL(proxy.url);
  const user = username === '' ? '' : `${username}:***@`;
  return `${protocol}//${user}${host}${proxy.except === undefined ? '' : `, except for ${proxy.except}`}`;
}

/** Sends one request without a token: any answer shows that name, connection and certificate work. */
export async function reach(
  url: URL,
  proxy: HttpProxy | undefined,
  timeout: number,
  { signal }: Pick<Runtime, 'signal'>,
): Promise<Incoming> {
  const transport = openTransport(proxy);
  try {
    const headers = { Accept: 'application/json' };
    return await transport.exchange({ method: 'GET', url, headers, body: undefined }, timeout, signal);
  } finally {
    await transport.close();
  }
}

/** Compares this machine's clock with the `Date` of an answer. @param now milliseconds since the epoch */
export function clockSkew(answer: Incoming | undefined, now: number): Finding {
  const date = Date.parse(answer?.headers.date ?? '');
  if (Number.isNaN(date)) return skip('no answer had a Date');
  const skew = now - date;
  const text = `${Math.abs(Math.round(skew / 1_000))} s ${skew < 0 ? 'behind' : 'ahead of'} the service`;
  if (Math.abs(skew) > CLOCK_FAILS) {
    throw new Failure('sign-in', `this machine is ${text}: tokens seem expired or not yet valid`, {
      hint: 'set the clock, for example by NTP',
    });
  }
  if (Math.abs(skew) > CLOCK_WARNS) return warn(text, 'set the clock, for example by NTP');
  return Math.abs(skew) < 2_000 ? 'agrees with the service' : text;
}
