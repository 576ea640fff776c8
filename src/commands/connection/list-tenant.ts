import { QUOTA } from '../../catalog/quota.ts';
import { RateLimiter } from '../../graph/rate-limiter.ts';
import { Failure } from '../../outcome/errors.ts';
import { untoldText } from '../../overview/devices.ts';
import { type Configuration, listConfigurations } from '../../service/configurations.ts';
import type { Invocation } from '../command.ts';
import type { Connection } from './connect.ts';

/** Every configuration of the tenant at the documented pace, with a word on each that could not be read. */
export async function* listTenant(
  { graph }: Connection,
  { runtime, emit }: Pick<Invocation, 'runtime' | 'emit'>,
): AsyncGenerator<Configuration> {
  const { clock, signal } = runtime;
  const rateLimiter = new RateLimiter({ ...QUOTA.app, window: QUOTA.window }, clock, () => runtime.random());
  const waitingUntil = (): number => rateLimiter.waitingUntil;
  let done = 0;
  let untold = 0;
  let first = '';
  try {
    for await (const configuration of listConfigurations({ graph, rateLimiter, clock, signal }, emit)) {
      done += 1;
      emit({ kind: 'progress', task: 'reading', done, total: undefined, waitingUntil });
      const { deviceConfigurationId: id, error, overview } = configuration;
      if (error !== undefined) emit({ kind: 'warning', text: `${id}: ${error.message}` });
      const which = overview && untoldText(overview);
      if (which !== undefined) untold += 1;
      if (which !== undefined && untold === 1) first = `${id}: ${which}`;
      yield configuration;
    }
  } finally {
    if (untold > 0) {
      const more = untold === 1 ? '' : `, and ${untold - 1} more like it`;
      emit({ kind: 'warning', text: `${first}${more}; no total has what is no number` });
    }
  }
}

/**
 * The failure of a list that broke off, to be told after what was read before it.
 * @throws the error where nothing was read, or nobody waits for the rest
 */
export function brokenOff(error: unknown, read: number): Failure {
  if (!(error instanceof Failure) || read === 0 || error.kind === 'interrupted') throw error;
  const what = read === 1 ? 'the configuration' : `the ${read} configurations`;
  const { kind, message, details } = error;
  return new Failure(kind, `${message}; ${what} read before it ${read === 1 ? 'is' : 'are'} shown`, {
    ...details,
    cause: error,
  });
}
