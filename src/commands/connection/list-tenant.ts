import { QUOTA } from '../../catalog/quota.ts';
import { Pace } from '../../graph/pace.ts';
import { Failure } from '../../outcome/errors.ts';
import { type Configuration, listConfigurations } from '../../service/configurations.ts';
import type { Invocation } from '../command.ts';
import type { Connection } from './connect.ts';

/** Every configuration of the tenant at the documented pace, with a word on each that could not be read. */
export async function* listTenant(
  { graph }: Connection,
  { runtime, report }: Pick<Invocation, 'runtime' | 'report'>,
): AsyncGenerator<Configuration> {
  const { clock, signal } = runtime;
  const pace = new Pace({ ...QUOTA.app, window: QUOTA.window }, clock, () => runtime.random());
  const waitingUntil = (): number => pace.waitingUntil;
  let done = 0;
  for await (const configuration of listConfigurations({ graph, pace, clock, signal }, report)) {
    done += 1;
    report({ kind: 'progress', task: 'reading', done, total: undefined, waitingUntil });
    const { deviceConfigurationId: id, error } = configuration;
    if (error !== undefined) report({ kind: 'warning', text: `${id}: ${error.message}` });
    yield configuration;
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
