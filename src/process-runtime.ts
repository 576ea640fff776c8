import { randomUUID } from 'node:crypto';
import { openSync } from 'node:fs';
import { homedir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import { Failure } from './errors.ts';
import type { Clock, Runtime } from './runtime.ts';

const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    try {
      await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};

/** What this process gives to a run. The first signal interrupts the run, the second ends the process at once. */
export function processRuntime(): Runtime {
  // A reader that went away is told to the presenter while it writes; what comes later must not end the process.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const env = { ...process.env };
  // Node asks this variable at each connection, ours and the sign-in library's alike: a token goes over no other TLS.
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  return {
    argv: process.argv.slice(2),
    env,
    platform: process.platform,
    nodeVersion: process.versions.node,
    home: home(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    random: Math.random,
    uuid: randomUUID,
    ask: askOnTerminal,
    atExit,
    signal: signalOf(process),
  };
}

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
  process.on('exit', undo);
  return () => {
    process.off('exit', undo);
    for (const [name, listener] of deadly) process.off(name, listener);
  };
}

async function askOnTerminal(question: string): Promise<string | undefined> {
  if (process.stderr.isTTY !== true) return undefined;
  const input = process.stdin.isTTY ? process.stdin : openTerminal();
  if (input === undefined) return undefined;
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input, output: process.stderr });
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
    lines.close();
  }
}

/** The terminal itself, where standard input is a file or a pipe. */
function openTerminal(): ReadStream | undefined {
  try {
    return new ReadStream(openSync(process.platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty', 'r'));
  } catch {
    return undefined;
  }
}

function home(): string | undefined {
  try {
    const folder = homedir();
    return folder === '' ? undefined : folder;
  } catch {
    // A user without an entry in the password file has none.
    return undefined;
  }
}

function signalOf(process: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
  for (const [name, exitCode] of Object.entries(exitCodes)) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCode);
      controller.abort(new Failure('interrupted', `interrupted by ${name}`, { exitCode }));
    });
  }
  return controller.signal;
}
