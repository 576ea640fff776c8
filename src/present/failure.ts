import type { Failure } from '../outcome/errors.ts';
import { clean, cleanJson } from '../text/clean.ts';

/**
 * The message of a failure, with a line break at its end. As text: the message, the status, code and request ids, and a
 * hint. As JSON: one line, whose members are described in `schema/error-line.schema.json`.
 * @param how `blank` replaces every secret with `***`
 */
export function failureText(
  failure: Failure,
  {
    json,
    color,
    blank = (text) => text,
  }: { readonly json: boolean; readonly color: boolean; readonly blank?: (text: string) => string },
): string {
  return json
    ? `${cleanJson(JSON.stringify({ error: recordOf(failure) }, blankedValues(blank)))}\n`
    : shortenLines(blank(textOf(failure, color)));
}

/** Blanks string values only, so that the line stays valid JSON even if a secret is a JSON token such as `null`. */
function blankedValues(blank: (text: string) => string) {
  return (name: string, value: unknown): unknown =>
    typeof value === 'string' && name !== 'kind' ? shortenLines(blank(value)) : value;
}

/** Maximum length of a line of a message, in characters: a message may quote a value of any length. */
const MAX_LINE = 2_000;
/** What is kept of a longer line, in characters. The end of a line usually has the reason. */
const KEPT = { start: 1_000, end: 500 };

/** Shortens long lines in their middle. Secrets must be blanked before, since a part of one would not be recognized. */
function shortenLines(text: string): string {
  return text.length <= MAX_LINE ? text : text.split('\n').map(shortenLine).join('\n');
}

function shortenLine(line: string): string {
  if (line.length <= MAX_LINE) return line;
  const omitted = line.length - KEPT.start - KEPT.end;
  const start = line.slice(0, KEPT.start).toWellFormed();
  return `${start} … (${omitted} characters omitted) … ${line.slice(-KEPT.end).toWellFormed()}`;
}

function recordOf(failure: Failure): Record<string, unknown> {
  const { status, code, requestId, clientRequestId, hint, errors, written, differences } = failure.details;
  return {
    kind: failure.kind,
    message: failure.message,
    exitCode: failure.exitCode,
    status: status ?? null,
    code: code ?? null,
    requestId: requestId ?? null,
    clientRequestId: clientRequestId ?? null,
    hint: hint ?? null,
    ...(errors === undefined || errors.length < 2 ? {} : { errors: errors }),
    ...(written === undefined ? {} : { written }),
    ...(differences === undefined ? {} : { differences }),
  };
}

function textOf(failure: Failure, color: boolean): string {
  const { status, code, requestId, clientRequestId, hint, errors, listed } = failure.details;
  const ids = [
    ['status', status],
    ['code', code],
    ['request-id', requestId],
    ['client-request-id', clientRequestId],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  // Only messages of this program may have several lines. A line break in text from the service must not forge a line.
  const ours = errors !== undefined || listed === true || failure.kind === 'unexpected';
  const [first = '', ...more] = ours ? failure.message.split('\n') : [failure.message];
  const lines = [
    `${color ? '\u001b[1;31merror:\u001b[0m' : 'error:'} ${clean(first)}`,
    ...more.map(clean),
    ...(ids.length === 0 ? [] : [clean(`  ${ids.join('  ')}`)]),
    ...(hint === undefined ? [] : [`${color ? '\u001b[1mhint:\u001b[0m' : 'hint:'} ${clean(hint)}`]),
  ];
  return `${lines.join('\n')}\n`;
}
