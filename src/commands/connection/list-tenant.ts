import { QUOTA } from '../../catalog/quota.ts';
import { Pace } from '../../graph/pace.ts';
import { Failure } from '../../outcome/errors.ts';
import { untoldText } from '../../overview/devices.ts';
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
  let untold = 0;
  let first = '';
  try {
    for await (const configuration of listConfigurations({ graph, pace, clock, signal }, report)) {
      done += 1;
      report({ kind: 'progress', task: 'reading', done, total: undefined, waitingUntil });
      const { deviceConfigurationId: id, error, overview } = configuration;
      if (error !== undefined) report({ kind: 'warning', text: `${id}: ${error.message}` });
      const which = overview && untoldText(overview);
      if (which !== undefined) untold += 1;
      if (which !== undefined && untold === 1) first = `${id}: ${which}`;
      yield configuration;
    }
  } finally {
    if (untold > 0) {
      const more = untold === 1 ? '' : `, and ${untold - 1} more like it`;
      report({ kind: 'warning', text: `${first}${more}; no total has what is no number` });
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
