import { RateLimiter } from '../../graph/rate-limiter.ts';
import { Deadline } from '../../runs/deadline.ts';
import { checkTarget, type RunTarget } from '../../runs/target.ts';
import { connect } from '../connection/connect.ts';
import { lateSignal } from '../connection/late-signal.ts';
import type { BulkSettings } from '../options/bulk-settings.ts';
import type { GraphSettings } from '../options/settings.ts';
import type { BulkContext } from './execute-plan.ts';

/**
 * Refuses a run of another Graph before anyone signs in to this one; whether the tenant is the same shows only then.
 * @throws a `refused` Failure
 */
export function checkGraph(what: string, then: RunTarget, { target, apiVersion }: GraphSettings): void {
  checkTarget(what, then, { graph: target?.baseUrl ?? 'local', apiVersion, tenant: then.tenant });
}

/**
 * Connects for long work. A first Ctrl-C says that no further row is to be started; what is under way has a short time to
 * finish and to be written down, and is aborted after it.
 */
export async function openBulkContext(
  settings: GraphSettings,
  bulk: BulkSettings,
  invocation: BulkContext['invocation'],
): Promise<BulkContext> {
  const { runtime, emit } = invocation;
  const connection = await connect(settings, bulk.dryRun ? 'read' : 'write', {
    ...invocation,
    runtime: { ...runtime, signal: lateSignal(invocation) },
  });
  const began = runtime.clock.now();
  const deadline =
    bulk.deadline === undefined ? undefined : new Deadline(began + bulk.deadline, runtime.clock);
  const rateLimiter = new RateLimiter(
    bulk.limit,
    deadline?.clock ?? runtime.clock,
    () => runtime.random(),
    connection.sharing(bulk.wholeLimit),
  );
  const options = {
    graph: connection.graph,
    rateLimiter,
    clock: runtime.clock,
    signal: runtime.signal,
    runtime,
    emit,
    read: bulk.read,
    force: bulk.force,
    verify: bulk.verify,
    stop: runtime.signal,
    deadline,
  };
  return { invocation, connection, settings: bulk, options, began };
}
