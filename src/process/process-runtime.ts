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
 * The Runtime of this process. The first signal interrupts the run and leaves it a second to stop; the second signal ends
 * the process at once.
 * Streams and libraries are opened on first use: each takes a millisecond or more.
 */
export function processRuntime(): Runtime {
  const interruption = new Interruption();
  ignoreRelativeFolders();
  const env = { ...process.env };
  // Node reads this variable for each connection, including those of the sign-in library. Without it, certificates are
  // always verified before a token is sent.
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

/**
 * Removes relative and empty folders from PATH, for this process and the programs that it runs, such as a browser: the
 * system would search them in the current folder, in which other users may be able to create programs.
 */
function ignoreRelativeFolders(): void {
  const { PATH } = process.env;
  if (PATH === undefined) return;
  const { delimiter, isAbsolute } = process.getBuiltinModule('node:path');
  const folders = PATH.split(delimiter).filter((folder) => isAbsolute(folder));
  // An empty PATH is the current folder.
  if (folders.length === 0) delete process.env.PATH;
  else process.env.PATH = folders.join(delimiter);
}

const OUTPUTS = {
  stdout: new ProcessOutput(1, () => process.stdout),
  stderr: new ProcessOutput(2, () => process.stderr),
};

/**
 * Ends the process after all output is flushed, even if something keeps the event loop alive, such as a pending sign-in.
 * This also saves the time for closing everything.
 */
export async function leave(): Promise<void> {
  if (!OUTPUTS.stdout.isFlushed || !OUTPUTS.stderr.isFlushed) {
    setTimeout(() => process.exit(), FLUSH_GRACE).unref();
    await Promise.all([OUTPUTS.stdout.flushed(), OUTPUTS.stderr.flushed()]);
  }
  await threadsDone();
  process.exit();
}

/** How long a reader has to read the rest of the output, in milliseconds. */
const FLUSH_GRACE = 1_000;

/** Signals that end the process without an `exit` event. */
const TERMINATING = ['SIGHUP', 'SIGQUIT'] as const;

function atExit(undo: () => void): () => void {
  const listeners = TERMINATING.map((name) => {
    const listener = (): void => {
      undo();
      // The listener is removed, so that the signal now ends the process.
      process.kill(process.pid, name);
    };
    process.once(name, listener);
    return [name, listener] as const;
  });
  // Before the listener that reports how the process ended: its message would be lost behind a full-screen view.
  process.prependListener('exit', undo);
  return () => {
    process.off('exit', undo);
    for (const [name, listener] of listeners) process.off(name, listener);
  };
}

async function askOnTerminal(question: string, signal: AbortSignal): Promise<string | undefined> {
  if (process.stderr.isTTY !== true) return undefined;
  const input = process.stdin.isTTY ? process.stdin : await openTerminal();
  if (input === undefined) return undefined;
  const { createInterface } = process.getBuiltinModule('node:readline/promises');
  const lines = createInterface({ input, output: process.stderr });
  // After a signal from another process no answer is needed.
  const stop = (): void => lines.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<string>((resolve) => {
      const end = (): void => {
        process.stderr.write('\n');
        resolve('');
      };
      // Ctrl-D means no. While readline reads a line, Ctrl-C is a key and not a signal.
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

/** The terminal, if standard input is a file or a pipe. */
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
    // A user without an entry in the password file has no home folder.
    return undefined;
  }
}
