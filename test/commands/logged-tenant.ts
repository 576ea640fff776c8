import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/index.ts';
import { type Run, type RunOptions, runMain } from '../support/run-main.ts';
import { open } from './open-servers.ts';

/** A mock Graph that runs until the test ends, and its log. */
export interface LoggedTenant {
  /** Runs a command against it. */
  run(args: readonly string[], options?: RunOptions): Promise<Run>;
  /** The requests in their order, as `GET /path`. */
  requests(): string[];
  readonly samples: Emulator['samples'];
}

export async function startLoggedTenant(options: Partial<EmulatorOptions> = {}): Promise<LoggedTenant> {
  const logFile = join(mkdtempSync(join(tmpdir(), 'graph-overview-log-')), 'log.jsonl');
  const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), sleep: async () => undefined };
  const emulator = await startEmulator({ clock, logFile, ...options });
  open.push(emulator);
  return {
    samples: emulator.samples,
    run: ([command = '', ...args], runOptions) =>
      runMain([command, '--endpoint', emulator.url, ...args], runOptions),
    requests: () =>
      readFileSync(logFile, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { method: string; path: string })
        .map(({ method, path }) => `${method} ${path}`),
  };
}
