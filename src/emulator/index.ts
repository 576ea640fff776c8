import { randomUUID } from 'node:crypto';
import type { Clock } from '../process/runtime.ts';
import { answerBatch, isBatch } from './batch.ts';
import { errorBody } from './error-body.ts';
import { type Fault, FaultInjection, Reset } from './fault-injection.ts';
import { tenantOfSize } from './generated-tenant.ts';
import { Graph } from './graph.ts';
import { Lag } from './lag.ts';
import { openLog } from './log.ts';
import type { EmulatorAnswer, EmulatorRequest } from './message.ts';
import { requirePermission } from './permission.ts';
import { Problem } from './problem.ts';
import { Quota } from './quota.ts';
import { listen } from './server.ts';
import type { Shape } from './shape.ts';
import { Store } from './store.ts';
import type { Samples } from './tenant.ts';
import { tenantOfFile } from './tenant-file.ts';
import { readTls } from './tls.ts';

export type { Fault } from './fault-injection.ts';
export { EmulatorError } from './problem.ts';
export type { Shape } from './shape.ts';

export interface EmulatorOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** A file for changes; default: in memory. */
  readonly stateFile?: string;
  /** The size of a generated tenant; default: the sample tenant. */
  readonly configurations?: number;
  /** A file with the output of `list`, from which the tenant is created. */
  readonly tenantFile?: string;
  /** The shape of overviews; default: that of the live service. */
  readonly shape?: Shape;
  /** Files with a certificate and its key, in PEM, for https. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Accepted host names in addition to those of loopback. */
  readonly hosts?: readonly string[];
  /** Whether `$expand` is supported; default: true. */
  readonly expand?: boolean;
  /** Refuses routes that are not in the metadata. */
  readonly strictOdata?: boolean;
  /** Stores nothing, and answers 200 with the sent values (`echo`) or with the stored ones (`keep`). */
  readonly ignoreWrites?: 'echo' | 'keep';
  /** The lag of reads behind writes, in milliseconds; default: 0. The answer to a PATCH always has the new values. */
  readonly stale?: number;
  /** Checks the permissions and the expiry of the token, and answers 401 or 403. */
  readonly requirePermission?: boolean;
  /** A file for a log with one JSON line for each request. */
  readonly logFile?: string;
  /** The limit for the writes of one app in a sliding window; the other limits have the documented ratios to it. */
  readonly quota?: { readonly writes: number; readonly window: number };
  /** The delay of each request, in milliseconds; the items of a batch are delayed together. */
  readonly latency?: number;
  readonly faults?: readonly Fault[];
  /** Whether a 429 has `Retry-After`; default: true. */
  readonly retryAfter?: boolean;
  /** The random number generator for faults; default: Math.random. */
  readonly random?: () => number;
  readonly clock: Clock;
}

export interface Emulator {
  /** Such as `http://127.0.0.1:49152`. */
  readonly url: string;
  readonly port: number;
  readonly samples: Samples;
  close(): Promise<void>;
}

/** A literal copy of the diagnostic header of Graph's front end. */
const DIAGNOSTIC =
  '{"ServerInfo":{"DataCenter":"Loopback","Slice":"E","Ring":"0","ScaleUnit":"000","RoleInstance":"EMBEDDED"}}';

/**
 * Starts the mock Graph on 127.0.0.1.
 * @throws an EmulatorError if it cannot start
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const shape = options.shape ?? 'live';
  const tls = options.tls === undefined ? undefined : await readTls(options.tls);
  const tenant =
    options.tenantFile === undefined
      ? tenantOfSize(options.configurations, shape)
      : await tenantOfFile(options.tenantFile, shape);
  const lag = options.stale === undefined ? undefined : new Lag(options.stale, () => options.clock.now());
  const store = await Store.open(tenant, options.stateFile, lag);
  const log = await openLog(options.logFile);
  const graph = new Graph(store, {
    expand: options.expand ?? true,
    strictOdata: options.strictOdata ?? false,
    ignoreWrites: options.ignoreWrites,
    shape,
  });
  const now = (): string => new Date(options.clock.now()).toISOString();

  const quota =
    options.quota &&
    new Quota({ ...options.quota, retryAfter: options.retryAfter ?? true, clock: options.clock });
  const faults = new FaultInjection(
    options.faults ?? [],
    options.retryAfter ?? true,
    options.random ?? Math.random,
  );

  /** One request, or one item of a batch: latency, quota, access, faults, answer, log. */
  async function answerOne(request: EmulatorRequest, batch: string | null): Promise<EmulatorAnswer> {
    let reset: Reset | undefined;
    const late = (batch === null ? (options.latency ?? 0) : 0) + faults.delay();
    if (late > 0) await options.clock.sleep(late);
    const answered = await (async () => {
      quota?.count(request);
      const open =
        options.requirePermission !== true || /^\/[^/]+\/(?:\$|%24)metadata\/?(?:\?|$)/i.test(request.target);
      if (!open) requirePermission(request, options.clock.now());
      try {
        faults.apply(batch !== null);
      } catch (error) {
        if (!(error instanceof Reset)) throw error;
        reset = error;
        if (!error.takesEffect) throw error;
      }
      return graph.answer(request);
    })().catch((error: unknown) => asAnswer(error, request, now()));
    await record(request, answered.status, batch);
    if (reset !== undefined) throw reset;
    return batch === null ? withHeaders(answered, request, now()) : withItemHeaders(answered);
  }

  async function record(request: EmulatorRequest, status: number, batch: string | null): Promise<void> {
    const { method, target: path } = request;
    await log.write(() => ({ time: now(), method, path, status, batch, body: bodyOf(request.body) }));
  }

  /** A batch request itself does not count against a quota, but latency and faults apply to it. */
  async function answerEnvelope(request: EmulatorRequest): Promise<EmulatorAnswer> {
    if (options.latency !== undefined) await options.clock.sleep(options.latency);
    const reset = options.faults?.some(({ status }) => status === 'reset') ? resetBy(faults) : undefined;
    if (reset !== undefined && !reset.takesEffect) throw reset;
    const answered = await answerBatch(request, answerOne).catch((error: unknown) =>
      asAnswer(error, request, now()),
    );
    await record(request, answered.status, null);
    if (reset !== undefined) throw reset;
    return withHeaders(answered, request, now());
  }

  const server = await listen(
    { port: options.port ?? 0, tls, hosts: options.hosts ?? [] },
    {
      answer: (request) => (isBatch(request) ? answerEnvelope(request) : answerOne(request, null)),
      async refuse(request, problem) {
        await record(request, problem.status, null);
        return withHeaders(asAnswer(problem, request, now()), request, now());
      },
    },
  ).catch(async (error: unknown) => {
    await Promise.all([store.close(), log.close()]);
    throw error;
  });
  return {
    url: server.url,
    port: server.port,
    samples: tenant.samples,
    async close() {
      await server.close();
      await Promise.all([store.close(), log.close()]);
    },
  };
}

/** The reset of a batch request, if it is affected. The other faults apply to its items. */
function resetBy(faults: FaultInjection): Reset | undefined {
  try {
    faults.apply(false);
    return undefined;
  } catch (error) {
    return error instanceof Reset ? error : undefined;
  }
}

/** The answer with Graph's error body. A defect of this server is answered in the same way, with 500. */
function asAnswer(error: unknown, request: EmulatorRequest, date: string): EmulatorAnswer {
  const problem = error instanceof Problem ? error : new Problem(500, 'InternalServerError', String(error));
  const requestId = randomUUID();
  const clientRequestId = request.headers['client-request-id'] ?? requestId;
  const path = request.target.replace(/^\/[^/?]*/, '');
  return {
    status: problem.status,
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': problem.intune === undefined ? 'private' : 'no-cache',
      ...problem.headers,
      'request-id': requestId,
    },
    body: errorBody(problem, { date, requestId, clientRequestId, path }),
  };
}

/** An item of a batch has only its own ids; the other headers are in the batch response. */
function withItemHeaders(answer: EmulatorAnswer): EmulatorAnswer {
  const headers = {
    'Cache-Control': 'no-cache',
    'OData-Version': '4.0',
    ...answer.headers,
    'request-id': answer.headers['request-id'] ?? randomUUID(),
  };
  return { ...answer, headers };
}

function withHeaders(answer: EmulatorAnswer, request: EmulatorRequest, date: string): EmulatorAnswer {
  const requestId = answer.headers['request-id'] ?? randomUUID();
  const headers = {
    'Cache-Control': 'no-cache',
    'OData-Version': '4.0',
    'request-id': requestId,
    'client-request-id': request.headers['client-request-id'] ?? requestId,
    'x-ms-ags-diagnostic': DIAGNOSTIC,
    Date: new Date(date).toUTCString(),
    ...answer.headers,
  };
  return { ...answer, headers };
}

function bodyOf(body: string | undefined): unknown {
  if (body === undefined) return null;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
