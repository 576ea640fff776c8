import type { ReadStream } from 'node:tty';
import { Interruption, threadsDone } from './interruption.ts';
import { ProcessOutput } from './process-output.ts';
import type { Clock, Runtime } from './runtime.ts';

const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    const { setTimeout: sleep } = process.getBuiltinModule('node:timers/promises');
    try {
      await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};

/**
 * What this process gives to a run. The first signal interrupts the run and leaves it a second; the second one ends the
 * process at once.
 * Streams and libraries are opened when they are first asked for: each takes a millisecond or more.
 */
export function processRuntime(): Runtime {
  const interruption = new Interruption();
  const env = { ...process.env };
  // Node asks this variable at each connection, ours and the sign-in library's alike: a token goes over no other TLS.
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  return {
    argv: process.argv.slice(2),
    env,
    platform: process.platform,
    nodeVersion: process.versions.node,
    get home() {
      return home();
    },
    get stdin() {
      return process.stdin;
    },
    stdout: OUTPUTS.stdout,
    stderr: OUTPUTS.stderr,
    clock: systemClock,
    random: Math.random,
    uuid: () => crypto.randomUUID(),
    ask: (question) => askOnTerminal(question, interruption.signal),
    atExit,
    get signal() {
      return interruption.signal;
    },
  };
}

const OUTPUTS = {
  stdout: new ProcessOutput(1, () => process.stdout),
  stderr: new ProcessOutput(2, () => process.stderr),
};

/**
 * Ends the process once all that was written is out. What still holds it open, such as a sign-in that nobody will finish,
 * must not; and leaving at once spares taking everything apart.
 */
export async function leave(): Promise<void> {
  if (!OUTPUTS.stdout.isFlushed || !OUTPUTS.stderr.isFlushed) {
    setTimeout(() => process.exit(), GRACE).unref();
    await Promise.all([OUTPUTS.stdout.flushed(), OUTPUTS.stderr.flushed()]);
  }
  await threadsDone();
  process.exit();
}

/** Time for a reader to take the rest, in milliseconds. */
const GRACE = 1_000;

/** Signals that end the process without a word, when nobody listens. */
const DEADLY = ['SIGHUP', 'SIGQUIT'] as const;

function atExit(undo: () => void): () => void {
  const deadly = DEADLY.map((name) => {
    const listener = (): void => {
      undo();
      // Nobody listens any more: this time it ends the process, as it would have.
      process.kill(process.pid, name);
    };
    process.once(name, listener);
    return [name, listener] as const;
  });
  // Before the listener that reports how the process ended: behind a screen its message would be lost.
  process.prependListener('exit', undo);
  return () => {
    process.off('exit', undo);
    for (const [name, listener] of deadly) process.off(name, listener);
  };
}

async function askOnTerminal(question: string, signal: AbortSignal): Promise<string | undefined> {
  if (process.stderr.isTTY !== true) return undefined;
  const input = process.stdin.isTTY ? process.stdin : await openTerminal();
  if (input === undefined) return undefined;
  const { createInterface } = process.getBuiltinModule('node:readline/promises');
  const lines = createInterface({ input, output: process.stderr });
  // A signal from another process: nobody needs to press a key any more.
  const stop = (): void => lines.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<string>((resolve) => {
      const end = (): void => {
        process.stderr.write('\n');
        resolve('');
      };
      // Ctrl-D: no answer is a no. A terminal that waits for a line makes a key of Ctrl-C, and no signal.
      lines.once('close', end);
      lines.once('SIGINT', () => {
        process.emit('SIGINT');
        lines.close();
      });
      lines.question(question).then(
        (answer) => {
          lines.off('close', end);
          resolve(answer);
        },
        () => resolve(''),
      );
    });
  } finally {
    signal.removeEventListener('abort', stop);
    lines.close();
  }
}

/** The terminal itself, where standard input is a file or a pipe. */
async function openTerminal(): Promise<ReadStream | undefined> {
  const { openSync } = process.getBuiltinModule('node:fs');
  const tty = process.getBuiltinModule('node:tty');
  try {
    return new tty.ReadStream(openSync(process.platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty', 'r'));
  } catch {
    return undefined;
  }
}

function home(): string | undefined {
  try {
    const folder = process.getBuiltinModule('node:os').homedir();
    return folder === '' ? undefined : folder;
  } catch {
    // A user without an entry in the password file has none.
    return undefined;
  }
}
