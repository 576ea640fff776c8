import { checkTarget, type RunTarget } from '../bulk/journal.ts';
import { Pace } from '../graph/pace.ts';
import type { BulkSettings } from './bulk-settings.ts';
import type { Carriage } from './carry-out.ts';
import type { Invocation } from './command.ts';
import { connect } from './connect.ts';
import type { GraphSettings } from './settings.ts';

/**
 * Refuses a run of another Graph before anyone signs in to this one; whether the tenant is the same shows only then.
 * @throws a `refused` Failure
 */
export function checkGraph(what: string, then: RunTarget, { target, apiVersion }: GraphSettings): void {
  checkTarget(what, then, { graph: target?.baseUrl ?? 'local', apiVersion, tenant: then.tenant });
}

/**
 * Connects for long work. A first Ctrl-C only says that no further row is to be started: what is under way goes over
 * connections that do not hear it, and is finished and written down.
 */
export async function openCarriage(
  settings: GraphSettings,
  bulk: BulkSettings,
  invocation: Invocation,
): Promise<Carriage> {
  const { runtime, report } = invocation;
  const patient = { ...runtime, signal: new AbortController().signal };
  const connection = await connect(settings, bulk.dryRun ? 'read' : 'write', {
    ...invocation,
    runtime: patient,
  });
  const pace = new Pace(bulk.limit, runtime.clock, () => runtime.random());
  const options = {
    graph: connection.graph,
    pace,
    clock: runtime.clock,
    signal: runtime.signal,
    runtime,
    report,
    retries: settings.retries,
    verify: bulk.verify,
    stop: runtime.signal,
  };
  return { invocation, connection, settings: bulk, options, began: runtime.clock.now() };
}
