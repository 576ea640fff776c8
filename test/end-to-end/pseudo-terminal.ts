import { type ChildProcess, spawn } from 'node:child_process';
import { BINARY, cleanEnvironment } from '../support/binary.ts';

/** The time after which a program is killed, in milliseconds. */
const LONGEST = 60_000;

/** The program at a pseudo terminal. */
export interface AtTerminal {
  /** Waits until the terminal has shown a text, and returns everything that it has shown. */
  shows(what: string | RegExp): Promise<string>;
  /** The process id of the program. */
  pid(): Promise<number>;
  type(keys: string): void;
  /** Waits for the end, and returns everything that was shown. */
  end(): Promise<string>;
}

/**
 * Starts the program at a pseudo terminal (`script` of util-linux). After its end the terminal shows `CODE` with the exit
 * code of the shell, and the settings of the terminal.
 */
export function startAtTerminal(
  args: readonly string[],
  {
    columns = 80,
    rows = 30,
    env = {},
  }: { columns?: number; rows?: number; env?: Record<string, string> } = {},
): AtTerminal {
  const program = [process.execPath, BINARY, ...args].map((word) => `'${word}'`).join(' ');
  const line = `stty rows ${rows} cols ${columns}; sh -c 'echo PID $$; exec "$@"' sh ${program}; echo CODE $?; stty -a`;
  const child: ChildProcess = spawn('script', ['-qfec', line, '/dev/null'], {
    env: { ...cleanEnvironment(), TERM: 'xterm', LC_ALL: 'C.UTF-8', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  let wake: () => void = () => undefined;
  child.stdout?.setEncoding('utf8').on('data', (part) => {
    screen += part;
    wake();
  });
  const tooLong = setTimeout(() => child.kill('SIGKILL'), LONGEST);
  let over = false;
  child.on('close', () => {
    over = true;
    clearTimeout(tooLong);
    wake();
  });
  const until = async (isThere: () => boolean): Promise<void> => {
    while (!isThere() && !over) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const shows = async (what: string | RegExp): Promise<string> => {
    await until(() => screen.search(what instanceof RegExp ? what : literally(what)) >= 0);
    if (over) throw new Error(`it ended without showing ${String(what)}:\n${screen}`);
    return screen;
  };
  return {
    shows,
    async pid() {
      return Number(/PID (\d+)\r?\n/.exec(await shows(/PID \d+\r?\n/))?.[1]);
    },
    type: (keys) => child.stdin?.write(keys),
    async end() {
      await until(() => false);
      return screen;
    },
  };
}

function literally(text: string): RegExp {
  return new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
}
