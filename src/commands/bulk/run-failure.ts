import { Failure } from '../../outcome/errors.ts';
import type { RunOutcome } from '../../runs/run.ts';
import type { Summary } from '../../runs/summary.ts';
import type { RunTarget } from '../../runs/target.ts';
import type { Invocation } from '../command.ts';
import { targetFlags } from '../connection/target-flags.ts';

/** The failure of a run that did not write all rows as planned; undefined if it did. */
export function runFailure(
  summary: Summary,
  outcome: RunOutcome,
  target: RunTarget,
  lenient: boolean,
  signal: AbortSignal,
  emit: Invocation['emit'],
): Failure | undefined {
  const { remaining, inDoubt, unread, run, denied } = outcome;
  const resume = `\`graph-overview apply --resume ${run}${targetFlags(target)}\``;
  const remain = remaining === 1 ? 'remains' : 'remain';
  if (remaining + unread > 0 && (signal.aborted || denied === undefined)) {
    const reason = signal.reason instanceof Failure ? signal.reason : undefined;
    const doubts = inDoubt === 0 ? '' : ` (${inDoubt} of them sent, without an answer)`;
    const what =
      remaining > 0
        ? `${remaining} of ${summary.rows.length} rows ${remain}${doubts}`
        : `all rows were sent, and ${unread} ${unread === 1 ? 'was' : 'were'} not read back`;
    const hint = `continue with ${resume}`;
    if (!signal.aborted) return new Failure('deadline', `the deadline passed: ${what}`, { hint });
    return new Failure('interrupted', `interrupted: ${what}`, { exitCode: reason?.exitCode, hint });
  }
  if (denied !== undefined) {
    const all =
      remaining === 0
        ? 'all rows were refused'
        : `the first ${summary.failed} rows were refused, and ${remaining} ${remain}`;
    return denied.with(
      { hint: `${denied.details.hint ?? 'sign in again'}; then continue with ${resume}` },
      `${all}: ${denied.message}`,
    );
  }
  if (summary.failed > 0) return partialFailure(summary, resume);
  const refusal = refusedFailure(summary, resume);
  if (refusal !== undefined) return refusal;
  if (summary.mismatched === 0) return undefined;
  const { mismatched } = summary;
  const message = `${mismatched} ${mismatched === 1 ? 'overview was' : 'overviews were'} not stored as sent`;
  if (lenient) {
    emit({ kind: 'warning', text: message });
    return undefined;
  }
  return new Failure('mismatch', message, {
    hint: 'Intune may keep the numbers that it computes; `--lenient` reports this as a warning',
  });
}

/**
 * The failure for rows that were not written since their values have changed; undefined if there are none.
 * @param resume the command that continues the run
 */
export function refusedFailure({ rows }: Summary, resume?: string): Failure | undefined {
  const refused = rows.filter(({ error }) => error?.kind === 'refused').length;
  if (refused === 0) return undefined;
  const how = resume === undefined ? 'use --force' : `use ${resume.slice(0, -1)} --force\``;
  return new Failure(
    'refused',
    `${refused} ${refused === 1 ? 'row was' : 'rows were'} not written: the values have changed`,
    {
      hint: `check them; to overwrite them, ${how}`,
    },
  );
}

/**
 * The failure for rows that failed in a run, or already in its plan.
 * @param resume the command that continues the run
 */
export function partialFailure({ failed, rows }: Summary, resume?: string): Failure {
  // A row that could not be read is not one of the rows to write.
  const sent = rows.some((row) => row.status === 'failed' && row.sent !== null);
  const again = resume === undefined || !sent ? '' : `; ${resume} sends failed rows again`;
  // Reading a type needs an additional request.
  const astray = rows.find(({ error, via }) => error?.kind === 'not-found' && via !== 'direct');
  const routes =
    astray === undefined
      ? ''
      : `; \`graph-overview routes --for ${astray.deviceConfigurationId}\` lists the values for its column via`;
  return new Failure('partial', `${failed} of ${rows.length} rows failed`, {
    hint: `each row has its error, and \`-o json\` shows all rows${routes}${again}`,
  });
}
