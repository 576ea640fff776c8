import { Failure } from '../outcome/errors.ts';

/** How long a command has after the first signal, in milliseconds; then the process ends, whatever it waits for. */
const LONGEST = 950;

/** How long threads of Node may take to come to their end by themselves, in milliseconds. */
const THREADS = 200;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * The signals that interrupt this process. The first aborts `signal`; the second, or the end of the time a command has to
 * stop, ends the process. Whoever listens to its `exit` then reports the reason of `signal`.
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
    setTimeout(() => process.exit(), LONGEST).unref();
    process.once('exit', () => {
      if (process.exitCode === EXIT_CODES[name] && hasBusyThreads()) endBySignal(name);
    });
    this.#controller?.abort(this.#reason);
  }
}

/**
 * Whether a thread of Node may be waiting for the system: to open a named pipe that nobody writes into, or for a name
 * server. `process.exit` would wait for it, which may take minutes.
 */
function hasBusyThreads(): boolean {
  return process.getActiveResourcesInfo().some((name) => /^(GetAddrInfo|GetNameInfo|FSReq)/.test(name));
}

/** Of an interrupted run: waits a little for threads that are busy for a moment only, such as with reading a file. */
export async function threadsDone(): Promise<void> {
  if (!(Object.values(EXIT_CODES) as unknown[]).includes(process.exitCode)) return;
  const end = Date.now() + THREADS;
  while (hasBusyThreads() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Ends the process by a signal without a listener: a shell sees the same exit code, and nothing waits for threads. */
function endBySignal(name: NodeJS.Signals): void {
  // On Windows it would end with exit code 1. As the first process of a container it has no effect.
  if (process.platform === 'win32') return;
  process.removeAllListeners(name);
  process.kill(process.pid, name);
}
