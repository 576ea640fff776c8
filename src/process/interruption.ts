import { Failure } from '../outcome/errors.ts';

/** How long a command has to stop after the first signal, in milliseconds; then the process ends. */
const COMMAND_GRACE = 950;

/** How long the process waits for busy threads of Node, in milliseconds. */
const THREAD_GRACE = 200;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * The signals that interrupt this process. The first aborts `signal`; the second, or the end of the grace period, ends the
 * process. The listener of its `exit` event then reports the reason of `signal`.
 */
export class Interruption {
  #reason: Failure | undefined;
  #controller: AbortController | undefined;

  constructor() {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => this.#interrupt(name));
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  #interrupt(name: keyof typeof EXIT_CODES): void {
    if (this.#reason !== undefined) process.exit();
    this.#reason = new Failure('interrupted', `interrupted by ${name}`, { exitCode: EXIT_CODES[name] });
    setTimeout(() => process.exit(), COMMAND_GRACE).unref();
    process.once('exit', () => {
      if (process.exitCode === EXIT_CODES[name] && hasBusyThreads()) endBySignal(name);
    });
    this.#controller?.abort(this.#reason);
  }
}

/**
 * Whether a thread of Node may be blocked in the system: opening a named pipe without a writer, or resolving a host name.
 * `process.exit` would wait for it, possibly for minutes.
 */
function hasBusyThreads(): boolean {
  return process.getActiveResourcesInfo().some((name) => /^(GetAddrInfo|GetNameInfo|FSReq)/.test(name));
}

/** After an interruption: waits briefly for threads that are busy for a moment only, such as reading a file. */
export async function threadsDone(): Promise<void> {
  if (!(Object.values(EXIT_CODES) as unknown[]).includes(process.exitCode)) return;
  const end = Date.now() + THREAD_GRACE;
  while (hasBusyThreads() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Ends the process by the default action of a signal: the exit code is the same, without a wait for blocked threads. */
function endBySignal(name: NodeJS.Signals): void {
  // On Windows the exit code would be 1. For the first process of a container it has no effect.
  if (process.platform === 'win32') return;
  process.removeAllListeners(name);
  process.kill(process.pid, name);
}
