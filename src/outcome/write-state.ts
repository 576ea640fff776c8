import { Failure, type Written } from './errors.ts';

/** The state of a command's single write. */
export interface WriteState {
  readonly written: Written;
  /** The command that reads the present values; undefined before anything is sent. */
  readonly check?: string | undefined;
  /** The run whose journal has the intent. */
  readonly run?: string | undefined;
}

/** Adds to a failure of a command with a single write whether the write was stored. */
export function withWrite(failure: Failure, { written: state, check, run }: WriteState): Failure {
  const written = failure.details.written ?? state;
  const journal = `\`graph-overview runs show ${run}\` shows the intent`;
  const hints = [failure.details.hint, written === 'no' || run === undefined ? undefined : journal];
  const hint = hints.filter((part) => part !== undefined).join('; ');
  return new Failure(failure.kind, messageOf(failure, written, check), {
    ...failure.details,
    written,
    hint: hint === '' ? undefined : hint,
    cause: failure,
  });
}

function messageOf({ kind, message }: Failure, written: Written, check: string | undefined): string {
  // The message of a mismatch already has the stored values.
  if (kind === 'mismatch') return message;
  const parts: string[] = [];
  if (written === 'unknown') {
    if (!message.includes('may have been stored')) parts.push('the change may have been stored');
    if (check !== undefined) parts.push(`check with \`${check}\``);
  }
  if (written === 'yes' && !message.startsWith('written,')) parts.push('the change was stored');
  // A stack trace follows its first line.
  const end = kind === 'unexpected' && message.includes('\n') ? message.indexOf('\n') : message.length;
  return [message.slice(0, end), ...parts].join('; ') + message.slice(end);
}
