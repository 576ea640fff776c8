import { Failure } from '../../outcome/errors.ts';
import type { RunOutcome } from '../../runs/run.ts';
import type { Summary } from '../../runs/summary.ts';
import type { RunTarget } from '../../runs/target.ts';
import type { Invocation } from '../command.ts';
import { targetFlags } from '../connection/target-flags.ts';

/** What has to be said of a run that did not end as it was meant to; undefined where it did. */
export function runFailure(
  summary: Summary,
  outcome: RunOutcome,
  target: RunTarget,
  lenient: boolean,
  signal: AbortSignal,
  emit: Invocation['emit'],
): Failure | undefined {
  const { left, inDoubt, unread, run, denied } = outcome;
  const resume = `\`graph-overview apply --resume ${run}${targetFlags(target)}\``;
  if (left + unread > 0 && (signal.aborted || denied === undefined)) {
    const reason = signal.reason instanceof Failure ? signal.reason : undefined;
    const doubts = inDoubt === 0 ? '' : ` (${inDoubt} of them sent and not answered)`;
    const what =
      left > 0
        ? `${left} rows are left${doubts}, all others are accounted for`
        : `every row was sent, ${unread} are not read back`;
    const hint = `go on with ${resume}`;
    if (!signal.aborted) return new Failure('deadline', `the deadline passed: ${what}`, { hint });
    return new Failure('interrupted', `interrupted: ${what}`, { exitCode: reason?.exitCode, hint });
  }
  if (denied !== undefined) {
    const all =
      left === 0
        ? 'every row was refused'
        : `the first ${summary.failed} rows were refused, ${left} are left`;
    return denied.with(
      { hint: `${denied.details.hint ?? 'sign in again'}; then go on with ${resume}` },
      `${all}: ${denied.message}`,
    );
  }
  if (summary.failed > 0) return partialFailure(summary, resume);
  const refusal = refusedFailure(summary, resume);
  if (refusal !== undefined) return refusal;
  if (summary.mismatched === 0) return undefined;
  const message = `${summary.mismatched} overviews do not hold what was sent`;
  if (lenient) {
    emit({ kind: 'warning', text: message });
    return undefined;
  }
  return new Failure('mismatch', message, {
    hint: 'Intune may keep the numbers it computed itself; `--lenient` makes this a warning',
  });
}

/**
 * Some rows were changed since they were read, and left as they are.
 * @param resume the command that goes on with the run
 */
export function refusedFailure({ rows }: Summary, resume?: string): Failure | undefined {
  const refused = rows.filter(({ error }) => error?.kind === 'refused').length;
  if (refused === 0) return undefined;
  const how = resume === undefined ? 'give --force' : `${resume.slice(0, -1)} --force\` writes them`;
  return new Failure(
    'refused',
    `${refused} ${refused === 1 ? 'row was' : 'rows were'} not written: changed since`,
    {
      hint: `look at them; where they are to be overwritten, ${how}`,
    },
  );
}

/**
 * Some rows failed, of a run or already when its plan was made.
 * @param resume the command that goes on with the run
 */
export function partialFailure({ failed, rows }: Summary, resume?: string): Failure {
  // A row that could not be read was never part of what the run has to write.
  const sent = rows.some((row) => row.status === 'failed' && row.sent !== null);
  const again = resume === undefined || !sent ? '' : `; ${resume} sends again what was sent`;
  // Reading a type needs an additional request.
  const astray = rows.find(({ error, via }) => error?.kind === 'not-found' && via !== 'direct');
  const routes =
    astray === undefined
      ? ''
      : `; \`graph-overview routes --for ${astray.deviceConfigurationId}\` lists what its column via may hold`;
  return new Failure('partial', `${failed} of ${rows.length} rows failed`, {
    hint: `each row says why, \`-o json\` has them all${routes}${again}`,
  });
}
