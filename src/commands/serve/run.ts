import { DOCUMENTED_QUOTA } from '../../catalog/quota.ts';
import type { Emulator, EmulatorOptions, Fault, Shape } from '../../emulator/index.ts';
import { Failure, InputErrors, usage } from '../../outcome/errors.ts';
import type { Runtime } from '../../process/runtime.ts';
import type { Action } from '../command.ts';
import { readDuration, readRate } from '../options/duration.ts';
import { membersFlat } from '../records/columns.ts';
import type { ServeOptions } from './options.ts';

/** Maximum size of a generated tenant: twenty times that of the largest known one. */
const MAX_CONFIGURATIONS = 1_000_000;

export const run: Action<ServeOptions> = async ({ runtime, options, defer }) => {
  const emulator = await start(readOptions(options, runtime));
  defer(async () => {
    await untilAborted(runtime.signal);
    await emulator.close();
  });
  const { url, port, samples } = emulator;
  return {
    data: { value: { url, port, pid: process.pid, samples } },
    flat: membersFlat(['url', 'port', 'pid', 'samples']),
    oneLine: true,
    view: () => [{ kind: 'verbatim', text: url }],
    exitCode: () => (runtime.signal.reason instanceof Failure ? runtime.signal.reason.exitCode : 0),
  };
};

function readOptions(options: ServeOptions, runtime: Runtime): EmulatorOptions {
  const errors = new InputErrors();
  const port = errors.collect(() => readNumber('--port', options.port, 65_535));
  const configurations = errors.collect(() =>
    readNumber('--configurations', options.configurations, MAX_CONFIGURATIONS),
  );
  const ignoreWrites = errors.collect(() => readIgnoreWrites(options.ignoreWrites));
  const shape = errors.collect(() => readShape(options.shape));
  const hosts = errors.collect(() => (options.allowHost ?? []).map(readHost));
  const tls = errors.collect(() => readTls(options.cert, options.key));
  errors.collect(() => {
    if (options.tenant === undefined || options.configurations === undefined) return;
    throw usage('--tenant and --configurations cannot be used together', 'remove one of them');
  });
  const quota = errors.collect(() => readQuota(options.quota));
  const [latency, stale] = (['latency', 'stale'] as const).map((name) =>
    errors.collect(() => {
      const text = options[name];
      return text !== undefined ? readDuration(text, `--${name}`) : undefined;
    }),
  );
  const faults = errors.collect(() => (options.fault ?? []).map(readFault));
  errors.throwIfAny();
  return {
    clock: runtime.clock,
    expand: options.expand !== false,
    strictOdata: options.strictOdata === true,
    retryAfter: options.retryAfter !== false,
    random: runtime.random,
    faults: faults ?? [],
    requirePermission: options.requirePermission === true,
    hosts: hosts ?? [],
    ...(shape === undefined ? {} : { shape }),
    ...(tls === undefined ? {} : { tls }),
    ...(options.tenant !== undefined ? { tenantFile: options.tenant } : {}),
    ...(quota === undefined ? {} : { quota }),
    ...(latency === undefined ? {} : { latency }),
    ...(stale === undefined ? {} : { stale }),
    ...(port === undefined ? {} : { port }),
    ...(configurations === undefined ? {} : { configurations }),
    ...(ignoreWrites === undefined ? {} : { ignoreWrites }),
    ...(options.state !== undefined ? { stateFile: options.state } : {}),
    ...(options.log !== undefined ? { logFile: options.log } : {}),
  };
}

function readNumber(flag: string, value: string | undefined, max: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value) && Number(value) <= max) return Number(value);
  throw usage(`${flag}: ${JSON.stringify(value)} is not allowed; it takes a whole number from 0 to ${max}`);
}

function readShape(value: string | undefined): Shape | undefined {
  if (value === undefined || value === 'live' || value === 'docs') return value;
  throw usage(`--shape: ${JSON.stringify(value)} is not one of live, docs`);
}

/** A value of the header `Host`, with or without a port. */
function readHost(text: string): string {
  if (/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(text)) return text;
  throw usage(
    `--allow-host: ${JSON.stringify(text)} is not a host name`,
    'give a host name, such as graph.test or graph.test:8443',
  );
}

function readTls(cert: string | undefined, key: string | undefined): EmulatorOptions['tls'] {
  if (typeof cert === 'string' && typeof key === 'string') return { certFile: cert, keyFile: key };
  if (cert === undefined && key === undefined) return undefined;
  const [given, missing] = key === undefined ? ['--cert', '--key'] : ['--key', '--cert'];
  throw usage(`${given} is given without ${missing}`, 'https needs a certificate and its private key');
}

function readIgnoreWrites(value: string | undefined): 'echo' | 'keep' | undefined {
  if (value === undefined || value === 'echo' || value === 'keep') return value;
  throw usage(`--ignore-writes: ${JSON.stringify(value)} is not one of echo, keep`);
}

function readQuota(
  value: string | undefined,
): { readonly writes: number; readonly window: number } | undefined {
  if (value === undefined || value === 'off') return undefined;
  if (value === 'documented') return DOCUMENTED_QUOTA;
  return readRate(value, '--quota');
}

function readFault(text: string): Fault {
  const [, status = '', digits = '', percent] =
    /^(reset|spike|[1-5]\d\d):(\d+(?:\.\d+)?)(%)?$/.exec(text) ?? [];
  const share = Number(digits) / (percent === undefined ? 1 : 100);
  if (status === '' || share > 1) {
    throw usage(
      `--fault: ${JSON.stringify(text)} is not allowed; it takes a status, reset or spike, and a share from 0 to 1`,
      'such as 429:0.1 or reset:10%',
    );
  }
  return { status: status === 'reset' || status === 'spike' ? status : Number(status), share };
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
