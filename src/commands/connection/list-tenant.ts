import { Failure } from '../../outcome/errors.ts';
import { CountsWarnings } from '../../overview/counts-warning.ts';
import { labelOf } from '../../overview/label.ts';
import { type Configuration, listConfigurations } from '../../service/configurations.ts';
import type { Invocation } from '../command.ts';
import type { GraphOptions } from '../options/shared-options.ts';
import type { Connection } from './connect.ts';
import { readLimiter } from './read-limiter.ts';
import { rememberNames } from './remember-names.ts';

/**
 * Lists every configuration of the tenant within the documented quota, with a warning for each overview that cannot be read.
 * The names are stored for completion.
 * @throws as `listConfigurations`
 */
export async function* listTenant(
  connection: Connection,
  invocation: Pick<Invocation<GraphOptions>, 'runtime' | 'options' | 'emit'>,
): AsyncGenerator<Configuration> {
  const { graph } = connection;
  const { runtime, emit } = invocation;
  const { clock, signal } = runtime;
  const rateLimiter = readLimiter(connection, runtime);
  const waitingUntil = (): number => rateLimiter.waitingUntil;
  const waitingFor = (): string => rateLimiter.waitingFor;
  let done = 0;
  const counts = new CountsWarnings();
  const names = new Map<string, string>();
  let whole = false;
  try {
    for await (const configuration of listConfigurations({ graph, rateLimiter, clock, signal }, emit)) {
      done += 1;
      emit({ kind: 'progress', task: 'reading', done, total: undefined, waitingUntil, waitingFor });
      const { deviceConfigurationId, displayName, error, overview } = configuration;
      if (displayName !== null) names.set(deviceConfigurationId, displayName);
      const label = labelOf(deviceConfigurationId, displayName);
      if (error !== undefined) emit({ kind: 'warning', text: `${label}: ${error.message}` });
      if (overview !== undefined) counts.add(label, overview);
      yield configuration;
    }
    whole = true;
  } finally {
    await rememberNames(connection, invocation, names, { whole });
    const warning = counts.text();
    if (warning !== undefined) emit({ kind: 'warning', text: warning });
  }
}

/**
 * The failure of an interrupted list, reported after the configurations read before it.
 * @throws the error if nothing was read, or if the caller does not need the rest
 */
export function incompleteListing(error: unknown, read: number): Failure {
  if (!(error instanceof Failure) || read === 0 || error.kind === 'interrupted') throw error;
  const what = read === 1 ? 'the configuration' : `the ${read} configurations`;
  const { kind, message, details } = error;
  return new Failure(kind, `${message}; ${what} read before it ${read === 1 ? 'is' : 'are'} shown`, {
    ...details,
    cause: error,
  });
}
