import type { ActingCommand } from '../commands/command.ts';
import { COMMANDS } from '../commands/index.ts';
import { readOutputSettings } from '../commands/options/settings.ts';
import type { OutputOptions } from '../commands/options/shared-options.ts';
import { Failure } from '../outcome/errors.ts';
import type { Emit } from '../outcome/events.ts';
import type { Result } from '../outcome/result.ts';
import { type WriteState, withWrite } from '../outcome/write-state.ts';
import { colorWanted } from '../present/color.ts';
import { failureText } from '../present/failure.ts';
import { FORMAT_ROWS, hasJsonErrors } from '../present/format.ts';
import { present, writeText } from '../present/index.ts';
import { compileQuery } from '../present/query.ts';
import type { Terminal } from '../present/screen.ts';
import { widthOf } from '../present/width.ts';
import { watchEnd } from '../process/process-end.ts';
import { leave, processRuntime } from '../process/process-runtime.ts';
import type { Runtime } from '../process/runtime.ts';
import { Secrets } from '../process/secrets.ts';
import { Deferred } from './deferred.ts';
import { readCommandLine } from './program.ts';
import { reportTo } from './report-writer.ts';

/** Runs the program once, in this process. */
export async function start(): Promise<void> {
  const runtime = processRuntime();
  const state = newState(runtime);
  const end = watchEnd(
    () => runtime.signal,
    (failure) => reportFailure(failure, runtime, state),
    unexpected,
    leave,
  );
  process.exitCode = await main(runtime, state);
  end.finished();
  await leave();
}

/**
 * One run: reads the command line, runs the command, presents its result, and reports a failure.
 * @returns the exit code
 */
export async function main(runtime: Runtime, state = newState(runtime)): Promise<number> {
  try {
    const call = await readCommandLine(runtime);
    if ('command' in call) return await runCommand(call.command, call.args, call.options, runtime, state);
    await writeText(call.text, runtime.stdout);
    return 0;
  } catch (error) {
    const failure = error instanceof Failure ? error : await unexpected(error);
    reportFailure(failure, runtime, state);
    return failure.exitCode;
  }
}

async function runCommand(
  command: ActingCommand,
  args: readonly string[],
  options: OutputOptions,
  runtime: Runtime,
  state: RunState,
): Promise<number> {
  const { secrets } = state;
  const output = readOutputSettings({ options, env: runtime.env });
  const query = output.query === undefined ? undefined : await compileQuery(output.query);
  const verbosity = {
    quiet: options.quiet === true,
    verbose: options.verbose === true,
    debug: options.debug === true,
    progress: true,
  };
  const write = reportTo(
    runtime.stderr,
    verbosity,
    (text) => secrets.blank(text),
    () => runtime.clock.now(),
  );
  const emit: Emit = (event) => {
    if (event.kind === 'written') state.write = event;
    write(event);
  };
  const act = await command.load();
  const deferred = new Deferred();
  const defer = (close: () => Promise<void>): void => deferred.defer(close);
  let result: Result;
  try {
    result = await act({ runtime, args, options, emit, secrets, defer });
    emit({ kind: 'progress-end' });
    // Records that are streamed to the terminal would overwrite the progress bar.
    const streams = 'records' in result.data || result.parts !== undefined;
    const streaming = streams && FORMAT_ROWS[output.format].streams;
    verbosity.progress = !(streaming && runtime.stdout.isTTY === true);
    await present(
      result,
      {
        format: result.verbatim === true ? 'table' : output.format,
        query,
        color: colorWanted(output.color, runtime.env, runtime.stdout),
        width: widthOf(runtime.stdout, runtime.env),
        terminal: terminalOf(runtime, emit),
        blank: (text) => secrets.blankData(text),
      },
      runtime.stdout,
    );
  } finally {
    emit({ kind: 'progress-end' });
    await deferred.close();
  }
  const failure = result.failure?.();
  if (failure !== undefined) throw failure;
  return result.exitCode?.() ?? 0;
}

/** The terminal for full-screen views; undefined if it cannot move the cursor. */
function terminalOf(runtime: Runtime, emit: Emit): Terminal | undefined {
  const { stdout, clock, env, atExit } = runtime;
  if (stdout.isTTY !== true || env.TERM === 'dumb') return undefined;
  return {
    out: stdout,
    // Opening standard input takes milliseconds, and only a screen needs it.
    get keys() {
      return runtime.stdin;
    },
    now: () => clock.now(),
    atExit,
    onScreen: (shown) => emit({ kind: 'screen', shown }),
  };
}

/** State of a run that is needed when it fails. */
interface RunState {
  readonly secrets: Secrets;
  /** undefined for commands that do not write exactly once. */
  write: WriteState | undefined;
}

function newState({ argv, env }: Runtime): RunState {
  const writesOnce = COMMANDS.find(({ name }) => name === argv[0])?.writesOnce;
  return { secrets: new Secrets(env), write: writesOnce ? { written: 'no' } : undefined };
}

function reportFailure(failed: Failure, { argv, env, stderr }: Runtime, { secrets, write }: RunState): void {
  const failure = write === undefined ? failed.with({ written: undefined }) : withWrite(failed, write);
  const json = hasJsonErrors(requestedFormat(argv) ?? env.GRAPH_OVERVIEW_OUTPUT ?? '');
  const color = !json && colorWanted(requestedColor(argv), env, stderr);
  stderr.write(failureText(failure, { json, color, blank: (text) => secrets.blank(text) }));
}

/** The output format on the command line, even if the rest of the command line is invalid. */
function requestedFormat(argv: readonly string[]): string | undefined {
  // Flags without a value may be combined with it, as in -vo json.
  const index = argv.findLastIndex((arg) => /^(-[qv]*o|--output(=|$))/.test(arg));
  const arg = argv[index];
  if (arg === undefined) return undefined;
  const attached = arg.replace(/^(-[qv]*o=?|--output=?)/, '');
  return attached === '' ? argv[index + 1] : attached;
}

/** The last colour option on the command line, even if the rest of the command line is invalid. */
function requestedColor(argv: readonly string[]): 'always' | 'never' | undefined {
  const index = argv.findLastIndex((arg) => /^--(no-color$|color(=|$))/.test(arg));
  const arg = argv[index];
  if (arg === '--no-color') return 'never';
  const value = arg?.includes('=') ? arg.slice(arg.indexOf('=') + 1) : argv[index + 1];
  return arg !== undefined && (value === 'always' || value === 'never') ? value : undefined;
}

/** Errors of the machine, by code or system call, that can end any command and are not defects of the program. */
const MACHINE_STATES: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  EMFILE: ['too many open files', 'raise the limit of this shell, for example with `ulimit -n 1024`'],
  ENFILE: ['too many open files on this machine', 'close other programs'],
  uv_cwd: ['the working folder no longer exists', 'change to another folder'],
};

async function unexpected(error: unknown): Promise<Failure> {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const [what, hint] = MACHINE_STATES[code ?? ''] ?? MACHINE_STATES[syscall ?? ''] ?? [];
  if (what !== undefined) return new Failure('unexpected', what, { hint, cause: error });
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  // The error may be that a script of the program cannot be loaded; then this import fails too.
  const message = await import('../process/source-stack.ts').then(
    ({ sourceStack }) => sourceStack(stack),
    () => stack,
  );
  return new Failure('unexpected', message, {
    hint: 'this is a defect of graph-overview: please report it with the command line, without secrets',
    cause: error,
  });
}
