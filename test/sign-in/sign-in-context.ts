import { Readable } from 'node:stream';
import { cloudTarget, type Target } from '../../src/graph/target.ts';
import { Failure } from '../../src/outcome/errors.ts';
import type { Event } from '../../src/outcome/events.ts';
import type { Runtime } from '../../src/process/runtime.ts';
import { Secrets } from '../../src/process/secrets.ts';
import type { SignInContext } from '../../src/sign-in/context.ts';

export const TENANT = '7a6f2c1e-3f57-4d0c-9f0e-5b1d6a2c8e90';
export const READ = 'DeviceManagementConfiguration.Read.All';
export const WRITE = 'DeviceManagementConfiguration.ReadWrite.All';

export interface ContextOptions
  extends Partial<Pick<SignInContext, 'tenant' | 'access' | 'timeout' | 'noInput'>>,
    Partial<Pick<Runtime, 'env' | 'platform' | 'home' | 'signal'>> {
  readonly cloud?: Target['cloud'];
  /** Further members of the target. */
  readonly target?: Partial<Target>;
  /** The current time, in milliseconds since the epoch; the default is the system's time. */
  readonly now?: number;
  /** The streams that are a terminal. */
  readonly terminals?: readonly ('stdin' | 'stderr')[];
  /** Called instead of a wait. */
  sleep?(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** A context with a clock that never waits, and the reported events. */
export interface TestContext extends SignInContext {
  readonly events: readonly Event[];
  /** The texts of the events of this kind. */
  texts(kind: 'note' | 'warning' | 'prompt' | 'detail'): readonly string[];
}

export function contextOf(options: ContextOptions = {}): TestContext {
  const { env = {}, cloud = 'global', terminals = [], now } = options;
  const events: Event[] = [];
  const unused = (): never => {
    throw new Error('not part of a sign-in');
  };
  const terminal = (name: 'stdin' | 'stderr') => (terminals.includes(name) ? { isTTY: true } : {});
  const stream = { write: unused, on: unused, off: unused };
  return {
    target: { ...cloudTarget(cloud, 'beta'), ...options.target },
    tenant: options.tenant,
    access: options.access ?? 'write',
    timeout: options.timeout ?? 10_000,
    secrets: new Secrets({}),
    noInput: options.noInput,
    emit: (event) => void events.push(event),
    runtime: {
      argv: [],
      env,
      platform: options.platform ?? 'linux',
      nodeVersion: process.versions.node,
      home: options.home,
      stdin: Object.assign(Readable.from([]), terminal('stdin')),
      stdout: stream,
      stderr: { ...stream, ...terminal('stderr') },
      clock: { now: () => now ?? Date.now(), sleep: options.sleep ?? (async () => undefined) },
      random: () => 0.5,
      uuid: () => '00000000-0000-4000-8000-000000000000',
      ask: unused,
      atExit: unused,
      signal: options.signal ?? new AbortController().signal,
    },
    events,
    texts: (kind) => events.flatMap((event) => (event.kind === kind ? [event.text] : [])),
  };
}

/** An unsigned token with these claims. */
export function jwt(claims: unknown): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.signature`;
}

/** A Failure as `kind: message | hint`; `ok` if the step succeeds. Any other error fails the test. */
export async function failureOf(step: () => unknown): Promise<string> {
  try {
    await step();
    return 'ok';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { kind, message, details } = error;
    return `${kind}: ${message}${details.hint === undefined ? '' : ` | ${details.hint}`}`;
  }
}
