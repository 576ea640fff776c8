import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { main } from '../../src/cli/main.ts';
import type { Clock, Output, Runtime } from '../../src/process/runtime.ts';

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The sleeps of the run, in milliseconds; they do not take time. */
  readonly sleeps: readonly number[];
  /** The prompts on the terminal. */
  readonly questions: readonly string[];
}

export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly input?: string;
  /** Columns of a terminal; without it, output goes to a pipe. */
  readonly columns?: number;
  /** The answer to prompts; without it there is no terminal for a prompt. */
  readonly answer?: string;
  /** The time until the answer, in milliseconds. */
  readonly thinks?: number;
  /** The time at the start, in milliseconds since 1970-01-01T00:00:00Z; 2026-01-02T03:04:05.678Z without it. */
  readonly now?: number;
  readonly signal?: AbortSignal;
}

let uuids = 0;

/** A folder for the state of one test. */
export function stateFolder(): string {
  return join(mkdtempSync(join(tmpdir(), 'graph-overview-test-')), 'state');
}

/** Runs the program in this process, with everything real except the clock, whose sleeps take no time. */
export async function runMain(argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  const stdout = capture(options.columns);
  const stderr = capture(options.columns);
  const { clock, sleeps } = simulatedClock(options.now);
  const questions: string[] = [];
  const runtime: Runtime = {
    argv,
    env: { GRAPH_OVERVIEW_STATE: stateFolder(), ...options.env },
    platform: 'linux',
    nodeVersion: process.versions.node,
    home: undefined,
    stdin: Readable.from(options.input === undefined ? [] : [options.input]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    clock,
    random: () => 0.5,
    // All have the same beginning; the end is used in the names of runs.
    uuid: () => `00000000-0000-4000-8000-${String(uuids++).padStart(12, '0')}`,
    async ask(question) {
      if (options.answer !== undefined) questions.push(question);
      if (options.thinks !== undefined) await clock.sleep(options.thinks);
      return options.answer;
    },
    atExit: () => () => undefined,
    signal: options.signal ?? new AbortController().signal,
  };
  const code = await main(runtime);
  return { code, stdout: stdout.text(), stderr: stderr.text(), sleeps, questions };
}

function capture(columns: number | undefined): { readonly stream: Output; text(): string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk.toString();
      done();
    },
  });
  return {
    stream: Object.assign(stream, columns === undefined ? {} : { isTTY: true, columns }),
    text: () => text,
  };
}

/** Time only advances in sleeps. */
function simulatedClock(now = Date.UTC(2026, 0, 2, 3, 4, 5, 678)): {
  readonly clock: Clock;
  readonly sleeps: number[];
} {
  const sleeps: number[] = [];
  const clock: Clock = {
    now: () => now,
    async sleep(milliseconds) {
      sleeps.push(milliseconds);
      now += milliseconds;
    },
  };
  return { clock, sleeps };
}
