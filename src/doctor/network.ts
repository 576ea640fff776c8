import type { HttpProxy } from '../graph/proxy.ts';
import { type Incoming, openTransport } from '../graph/transport.ts';
import { Failure } from '../outcome/errors.ts';
import type { Runtime } from '../process/runtime.ts';
import { type Finding, skip, warn } from './check.ts';

/** The oldest Node that the program is tested with. */
const OLDEST_NODE = [20, 18, 1] as const;

/** Beyond this many milliseconds Entra no longer takes what this machine signs; well below it, it is worth a word. */
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
  if (proxy === undefined) return skip('none is named by the environment');
  const { username, host, protocol } = new URL(proxy.url);
  const who = username === '' ? '' : `${username}:***@`;
  return `${protocol}//${who}${host}${proxy.except === undefined ? '' : `, but not for ${proxy.except}`}`;
}

/** One request without a token: any answer shows that name, connection and certificate are right. */
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

/** How far this machine's clock is from the service's, told from the `Date` of an answer. */
export function clockSkew(answer: Incoming | undefined, now: number): Finding {
  const date = Date.parse(answer?.headers.date ?? '');
  if (Number.isNaN(date)) return skip('no answer said what time it is');
  const skew = now - date;
  const text = `${Math.abs(Math.round(skew / 1_000))} s ${skew < 0 ? 'behind' : 'ahead of'} the service`;
  if (Math.abs(skew) > CLOCK_FAILS) {
    throw new Failure('sign-in', `this machine is ${text}: tokens seem expired or not yet valid`, {
      hint: 'set the clock, best by NTP',
    });
  }
  if (Math.abs(skew) > CLOCK_WARNS) return warn(text, 'set the clock, best by NTP');
  return Math.abs(skew) < 2_000 ? 'in step with the service' : text;
}
