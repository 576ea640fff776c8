import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BINARY, cleanEnvironment } from '../support/binary.ts';

/** How a shell is started without user settings, and its first lines. */
const STARTS = {
  bash: {
    command: 'bash --norc --noprofile -i',
    lines: ['PS1=', 'bind "set enable-bracketed-paste off"', 'source <(graph-overview completion bash)'],
  },
  zsh: {
    command: 'zsh -f -i',
    lines: ['PS1=', 'autoload -Uz compinit; compinit -u -D', 'source <(graph-overview completion zsh)'],
  },
  fish: {
    command: 'fish --no-config -i',
    lines: ['function fish_prompt; end', 'graph-overview completion fish | source'],
  },
} as const;

export type UnixShell = keyof typeof STARTS;

/** The time after which a shell is killed, in milliseconds. */
const LONGEST = 90_000;

/** A working folder, with the program on the PATH. */
export interface Desk {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A replacement for the program on the PATH: completion calls the program itself, and every other command prints
 * its words, to show how the shell completed a line.
 */
export function setUpDesk(): Desk {
  const clean = cleanEnvironment();
  const folder = clean.HOME ?? '';
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const program = join(bin, 'graph-overview');
  writeFileSync(
    program,
    `#!/bin/sh\ncase $1/$# in __complete/*|completion/2) exec '${process.execPath}' '${BINARY}' "$@";; esac\n` +
      `printf 'GOT'; printf '<%s>' "$@"; echo '!'\n`,
  );
  chmodSync(program, 0o755);
  const env = { ...clean, PATH: `${bin}:${clean.PATH}`, TERM: 'dumb', LC_ALL: 'C.UTF-8' };
  return { folder, env };
}

/** Whether a program is installed. */
export function isHere(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/**
 * Types lines with tabs into a shell at a terminal, and returns the words that the program received for each.
 * @throws if the shell does not exit
 */
export async function typeInto(shell: UnixShell, typed: readonly string[], desk: Desk): Promise<string[]> {
  const screen = await typeAndWatch(
    shell,
    typed.map((line, index) => `${line} @${index}`),
    desk,
  );
  return typed.map((_, index) => {
    const [, got = ''] = new RegExp(`GOT((?:<[^>\\n]*>)*)<@${index}>!`).exec(screen) ?? [];
    return got;
  });
}

/** The same, but returns all output of the terminal. */
export function typeAndWatch(
  shell: UnixShell,
  typed: readonly string[],
  { folder, env }: Desk,
): Promise<string> {
  const { command, lines } = STARTS[shell];
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qfec', `stty -echo rows 60 cols 120; exec ${command}`, '/dev/null'], {
      cwd: folder,
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let screen = '';
    child.stdout.setEncoding('utf8').on('data', (part) => (screen += part));
    const tooLong = setTimeout(() => child.kill('SIGKILL'), LONGEST);
    child.on('error', reject);
    child.on('close', (_, signal) => {
      clearTimeout(tooLong);
      if (signal === null) resolve(screen);
      else reject(new Error(`${shell} did not end by itself; its screen:\n${screen}`));
    });
    child.stdin.on('error', () => undefined);
    // The first line end may only close a list of candidates, and the first `exit` is then appended to a candidate.
    child.stdin.write([...lines, ...typed, 'exit', 'exit', ''].join('\n'));
  });
}
