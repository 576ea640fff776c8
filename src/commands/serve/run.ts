import type { Emulator, EmulatorOptions } from '../../emulator/index.ts';
import { Failure, Faults, usage } from '../../errors.ts';
import type { Runtime } from '../../runtime.ts';
import type { Action, Options } from '../command.ts';

/** The largest tenant that can be generated; twenty times the largest one known from practice. */
const MAX_CONFIGURATIONS = 1_000_000;

export const run: Action = async ({ runtime, options }) => {
  const emulator = await start(readOptions(options, runtime));
  const { url, port, samples } = emulator;
  return {
    data: { value: { url, port, pid: process.pid, samples } },
    oneLine: true,
    view: () => [{ kind: 'verbatim', text: url }],
    exitCode: () => (runtime.signal.reason instanceof Failure ? runtime.signal.reason.exitCode : 0),
    async close() {
      await untilAborted(runtime.signal);
      await emulator.close();
    },
  };
};

function readOptions(options: Options, runtime: Runtime): EmulatorOptions {
  const faults = new Faults();
  const port = faults.collect(() => readNumber('--port', options.port, 65_535));
  const configurations = faults.collect(() =>
    readNumber('--configurations', options.configurations, MAX_CONFIGURATIONS),
  );
  const ignoreWrites = faults.collect(() => readIgnoreWrites(options.ignoreWrites));
  faults.throwIfAny();
  return {
    clock: runtime.clock,
    expand: options.expand !== false,
    strictOdata: options.strictOdata === true,
    requirePermission: options.requirePermission === true,
    ...(port === undefined ? {} : { port }),
    ...(configurations === undefined ? {} : { configurations }),
    ...(ignoreWrites === undefined ? {} : { ignoreWrites }),
    ...(typeof options.state === 'string' ? { stateFile: options.state } : {}),
    ...(typeof options.log === 'string' ? { logFile: options.log } : {}),
  };
}

function readNumber(flag: string, value: unknown, max: number): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^\d{1,9}$/.test(value) && Number(value) <= max) return Number(value);
  throw usage(`${flag}: ${JSON.stringify(value)} is not allowed; it takes a whole number from 0 to ${max}`);
}

function readIgnoreWrites(value: unknown): 'echo' | 'keep' | undefined {
  if (value === undefined || value === 'echo' || value === 'keep') return value;
  throw usage(`--ignore-writes: ${JSON.stringify(value)} is not one of echo, keep`);
}

async function start(options: EmulatorOptions): Promise<Emulator> {
  const { EmulatorError, startEmulator } = await import('../../emulator/index.ts');
  try {
    return await startEmulator(options);
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error;
    throw new Failure('usage', error.message, { hint: error.hint, cause: error });
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
