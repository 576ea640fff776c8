import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Limit } from '../../graph/quota/limit.ts';
import type { QuotaRecord } from '../../graph/quota/record.ts';
import type { QuotaLog, QuotaSharing } from '../../graph/rate-limiter.ts';
import type { Emit } from '../../outcome/events.ts';
import type { Runtime } from '../../process/runtime.ts';
import { readClaims } from '../../sign-in/claims.ts';
import { stateFolder } from '../../state/folder.ts';
import { SharedLog } from '../../state/shared-log.ts';
import { UnsafeFileError } from '../../state/unsafe-file.ts';

/** Time between a reservation and its request, for reading again and the journal, in milliseconds. */
const BEFORE_SENDING = 10_000;

interface QuotaContext {
  /** The base URL of the Graph. */
  readonly graph: string;
  readonly token: () => Promise<string>;
  /** Of each attempt, in milliseconds. */
  readonly timeout: number;
  readonly runtime: Pick<Runtime, 'env' | 'platform' | 'home' | 'clock' | 'uuid'>;
  readonly emit: Emit;
}

/**
 * The part of one connection in the quota that all processes of one state folder, host and target share. If its log cannot
 * be written, the quota is not shared, and this is only reported.
 */
export class SharedQuota {
  readonly #context: QuotaContext;
  readonly #self: string;
  #log: QuotaLog | undefined;
  #limited = false;

  constructor(context: QuotaContext) {
    this.#context = context;
    this.#self = context.runtime.uuid().slice(-12);
  }

  /** Shares the quota with a rate limiter, which then records each request. @param whole the limit of all processes */
  sharing(whole: Limit): QuotaSharing {
    this.#limited = true;
    return {
      self: this.#self,
      whole,
      hold: this.#context.timeout + BEFORE_SENDING,
      open: async () => this.#open(await this.#context.token()),
    };
  }

  /** Records a request that did not wait for the quota, so that the other processes include it. */
  record(method: string, bearer: string): void {
    if (this.#limited) return;
    const { clock } = this.#context.runtime;
    const kind = method === 'PATCH' ? 'write' : 'read';
    const record: QuotaRecord = { by: this.#self, at: clock.now(), did: 'use', kind, count: 1 };
    this.#open(bearer).append(JSON.stringify(record));
  }

  /** Opens the log of the app in the tenant, since the service counts requests for each separately. */
  #open(bearer: string): QuotaLog {
    if (this.#log !== undefined) return this.#log;
    const { graph, runtime } = this.#context;
    const { tenant, client } = readClaims(bearer) ?? {};
    const name = [graph.replace(/^https:\/\//, ''), tenant, client].filter((part) => part !== undefined);
    const state = stateFolder(runtime);
    let log =
      state === undefined ? undefined : new SharedLog(join(state, 'quota'), hostname(), name.join('~'));
    const { clock } = runtime;
    const orNothing = <Value>(use: (log: SharedLog) => Value): Value | undefined => {
      try {
        return log === undefined ? undefined : use(log);
      } catch (error) {
        log = undefined;
        this.#notShared(error as NodeJS.ErrnoException);
        return undefined;
      }
    };
    this.#log = {
      append: (line) => orNothing((one) => one.append(line, clock.now())),
      read: () => orNothing((one) => one.read(clock.now())) ?? [],
    };
    return this.#log;
  }

  #notShared(error: NodeJS.ErrnoException): void {
    const text = `the quota is not shared with other processes: ${error.code ?? error.message}`;
    this.#context.emit({ kind: error instanceof UnsafeFileError ? 'warning' : 'detail', text });
  }
}
