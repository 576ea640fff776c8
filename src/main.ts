import type { ActingCommand, Action, Options } from './commands/command.ts';
import { readOutputSettings } from './commands/settings.ts';
import { Failure } from './errors.ts';
import type { Report } from './events.ts';
import { colorWanted } from './present/color.ts';
import { failureText } from './present/failure.ts';
import type { Format } from './present/format.ts';
import { present } from './present/index.ts';
import { compileQuery } from './present/query.ts';
import type { Terminal } from './present/screen.ts';
import { leave, processRuntime } from './process-runtime.ts';
import { readCommandLine } from './program.ts';
import { reportTo } from './report-writer.ts';
import type { Runtime } from './runtime.ts';
import { Secrets } from './secrets.ts';

/** Runs the program once, in this process. */
export async function start(): Promise<void> {
  process.exitCode = await main(processRuntime());
  await leave();
}

/** Formats that print a stream of records one by one. */
const STREAMED: ReadonlySet<Format> = new Set(['json', 'jsonl', 'csv', 'tsv']);

/**
 * One run: reads the command line, carries the command out, presents its result, and words what went wrong.
 * @returns the exit code
 */
export async function main(runtime: Runtime): Promise<number> {
  const secrets = new Secrets(runtime.env);
  try {
    const call = await readCommandLine(runtime);
    if ('command' in call) return await carryOut(call.command, call.args, call.options, runtime, secrets);
    runtime.stdout.write(call.text);
    return 0;
  } catch (error) {
    const failure = error instanceof Failure ? error : await unexpected(error);
    tell(failure, runtime, secrets);
    return failure.exitCode;
  }
}

async function carryOut(
  command: ActingCommand,
  args: readonly string[],
  options: Options,
  runtime: Runtime,
  secrets: Secrets,
): Promise<number> {
  const output = readOutputSettings({ options, env: runtime.env });
  const query = output.query === undefined ? undefined : await compileQuery(output.query);
  const verbosity = {
    quiet: options.quiet === true,
    verbose: options.verbose === true,
    debug: options.debug === true,
    progress: true,
  };
  const report = reportTo(
    runtime.stderr,
    verbosity,
    (text) => secrets.blank(text),
    () => runtime.clock.now(),
  );
  const act: Action = await command.load();
  const result = await act({
    runtime,
    args,
    options,
    report,
    conceal: (secret) => secrets.conceal(secret),
  }).finally(() => report({ kind: 'progress-end' }));
  // Records that are printed on the terminal as they come would be written over the bar.
  const streams = 'records' in result.data || result.parts !== undefined;
  const asTheyCome = streams && STREAMED.has(output.format);
  verbosity.progress = !(asTheyCome && runtime.stdout.isTTY === true);
  try {
    await present(
      result,
      {
        format: output.format,
        query,
        color: colorWanted(output.color, runtime.env, runtime.stdout),
        width: runtime.stdout.isTTY ? runtime.stdout.columns : undefined,
        terminal: terminalOf(runtime, report),
      },
      runtime.stdout,
    );
  } finally {
    report({ kind: 'progress-end' });
    await result.close?.();
  }
  const failure = result.failure?.();
  if (failure !== undefined) throw failure;
  return result.exitCode?.() ?? 0;
}

/** What a screen can be drawn on: a terminal that knows how to move its cursor. */
function terminalOf(runtime: Runtime, report: Report): Terminal | undefined {
  const { stdout, clock, env, atExit } = runtime;
  if (stdout.isTTY !== true || env.TERM === 'dumb') return undefined;
  return {
    out: stdout,
    // Opening standard input takes milliseconds: only a screen needs it.
    get keys() {
      return runtime.stdin;
    },
    now: () => clock.now(),
    atExit,
    onScreen: (shown) => report({ kind: 'screen', shown }),
  };
}

function tell(failure: Failure, { argv, env, stderr }: Runtime, secrets: Secrets): void {
  const json = ['json', 'jsonl'].includes(wantedFormat(argv) ?? env.GRAPH_OVERVIEW_OUTPUT ?? '');
  stderr.write(
    secrets.blank(failureText(failure, { json, color: !json && colorWanted(undefined, env, stderr) })),
  );
}

/** The output format as the command line has it, even where the rest of the command line is wrong. */
function wantedFormat(argv: readonly string[]): string | undefined {
  // Flags without a value may stand in front of it, as in -vo json.
  const index = argv.findLastIndex((arg) => /^(-[qv]*o|--output(=|$))/.test(arg));
  const arg = argv[index];
  if (arg === undefined) return undefined;
  const attached = arg.replace(/^(-[qv]*o=?|--output=?)/, '');
  return attached === '' ? argv[index + 1] : attached;
}

async function unexpected(error: unknown): Promise<Failure> {
  const { sourceStack } = await import('./source-stack.ts');
  const message = error instanceof Error ? sourceStack(error.stack ?? error.message) : String(error);
  return new Failure('unexpected', message, {
    hint: 'this is a defect of graph-overview: please report it with the command line, without secrets',
    cause: error,
  });
}
