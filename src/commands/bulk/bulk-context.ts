import { RateLimiter } from '../../graph/rate-limiter.ts';
import { Deadline } from '../../runs/deadline.ts';
import { checkTarget, type RunTarget } from '../../runs/target.ts';
import { connect } from '../connection/connect.ts';
import { lateSignal } from '../connection/late-signal.ts';
import type { BulkSettings } from '../options/bulk-settings.ts';
import type { GraphSettings } from '../options/settings.ts';
import type { BulkContext } from './execute-plan.ts';

/**
 * Checks the Graph and the API version of a run before the sign-in. The tenant is known only after the sign-in.
 * @param what the run, for the message
 * @throws a `refused` Failure if the run belongs to another Graph or API version
 */
export function checkGraph(what: string, then: RunTarget, { target, apiVersion }: GraphSettings): void {
  checkTarget(what, then, { graph: target?.baseUrl ?? 'local', apiVersion, tenant: then.tenant });
}

/**
 * Connects for a bulk run. After the first Ctrl-C no further row is started. Requests in flight have a short time to finish
 * and to be journaled; then they are aborted.
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
