import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export const BINARY = fileURLToPath(new URL('../../bin/graph-overview.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnOptions {
  /** Replaces the environment, which by default is clean. */
  readonly env?: Record<string, string>;
  readonly input?: string;
  /** The current folder. */
  readonly folder?: string;
  /** Another installation of the program. */
  readonly binary?: string;
}

/** An environment with a new state folder and no sign-in. */
export function cleanEnvironment(): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
  return { PATH: process.env.PATH ?? '', HOME: home, GRAPH_OVERVIEW_STATE: join(home, 'state') };
}

/** Runs the program as a process and waits for its end. */
export function runBinary(
  args: readonly string[],
  { env = cleanEnvironment(), input = '', folder, binary = BINARY }: SpawnOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [binary, ...args], { env, cwd: folder, stdio: 'pipe' });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return endOf(child);
}

/** The output and the exit code of a process. */
export function endOf(child: ChildProcessByStdio<Writable | null, Readable, Readable>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (part) => (stdout += part));
    child.stderr.setEncoding('utf8').on('data', (part) => (stderr += part));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
