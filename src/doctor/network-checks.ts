import { clockSkew, MAX_CLOCK_SKEW, skewText } from '../graph/clock-skew.ts';
import { addressRanges, type HttpProxy, usesProxy } from '../graph/proxy.ts';
import type { Incoming } from '../graph/transport.ts';
import { Failure } from '../outcome/errors.ts';
import type { Runtime } from '../process/runtime.ts';
import { answerFailure, knownHint, refusalIn, refusalMessage } from '../sign-in/identity-library.ts';
import { type Finding, skip, warn } from './checklist.ts';

/** The oldest supported version of Node. */
const MIN_NODE = [20, 18, 1] as const;

/** Clock skew from which a warning is reported, in milliseconds. */
const CLOCK_SKEW_WARNING = 60_000;

export function nodeVersion({ nodeVersion: version }: Pick<Runtime, 'nodeVersion'>): Finding {
  const parts = version.split('.').map(Number);
  const difference =
    MIN_NODE.map((oldest, index) => (parts[index] ?? 0) - oldest).find((step) => step !== 0) ?? 0;
  if (difference >= 0) return `Node ${version}`;
  throw new Failure('usage', `Node ${version} is older than ${MIN_NODE.join('.')}`, {
    hint: 'install a newer Node',
  });
}

export function proxyInUse(proxy: HttpProxy | undefined): Finding {
  if (proxy === undefined) return skip('no proxy is set');
  if (proxy.problem !== undefined) throw proxy.problem;
  const { username, host, protocol } = new URL(proxy.url);
  const user = username === '' ? '' : `${username}:***@`;
  const text = `${protocol}//${user}${host}${proxy.except === '' ? '' : `, except for ${proxy.except}`}`;
  const ranges = addressRanges(proxy);
  if (ranges.length === 0) return text;
  return warn(
    `${text}; address ranges in NO_PROXY are not supported: ${ranges.join(', ')}`,
    'list host names or addresses in NO_PROXY',
  );
}

/** Whether a URL is reached through the proxy, usable or not. Plain http uses none. */
export function isProxied(url: URL, proxy: HttpProxy): boolean {
  return url.protocol === 'https:' && usesProxy({ ...proxy, problem: undefined }, url);
}

/**
 * Checks the answer of the sign-in service to a request for its configuration.
 * @throws a `sign-in` Failure with the refusal of the service; a `network` Failure if another server answered
 */
export function signInServiceAnswer({ host, href }: URL, { status, text }: Incoming): Finding {
  const response = { status, bodyAsText: text };
  const refusal = refusalIn(response);
  if (refusal !== undefined) {
    throw new Failure('sign-in', refusalMessage(refusal), {
      hint: knownHint(refusal) ?? 'check `--tenant` and `--cloud`',
    });
  }
  const failure = answerFailure({ url: href }, response);
  if (failure !== undefined) throw failure;
  if (status === 200) return `${host} answers`;
  throw new Failure('sign-in', `${host} answered ${status}`, { hint: 'check `--tenant` and `--cloud`' });
}

/** Compares this machine's clock with the `Date` of an answer. @param now milliseconds since the epoch */
export function clockFinding(answer: Incoming | undefined, now: number): Finding {
  const skew = clockSkew(answer?.headers.date, now);
  if (skew === undefined) return skip('no answer had a Date');
  if (Math.abs(skew) > MAX_CLOCK_SKEW) {
    throw new Failure('sign-in', `${skewText(skew)}: tokens seem expired or not yet valid`, {
      hint: SET_CLOCK,
    });
  }
  if (Math.abs(skew) > CLOCK_SKEW_WARNING) return warn(skewText(skew), SET_CLOCK);
  return 'agrees with the service';
}

const SET_CLOCK = 'set the clock, for example by NTP';
