import { waitText } from '../graph/retry-after.ts';
import type { Emit, Event } from '../outcome/events.ts';
import { ProgressDisplay } from '../present/progress.ts';
import type { Output } from '../process/runtime.ts';
import { clean } from '../text/clean.ts';

/** What is written to standard error. */
export interface Verbosity {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: boolean;
  /** Whether progress is shown. */
  readonly progress: boolean;
}

/**
 * Writes events to standard error by verbosity. Control characters are escaped and secrets are blanked.
 */
export function reportTo(
  stderr: Output,
  verbosity: Verbosity,
  blank: (text: string) => string,
  now: () => number,
): Emit {
  const display = new ProgressDisplay(stderr, now);
  const write = bufferedWhileCovered(stderr);
  let retries = 0;
  return (event) => {
    if (event.kind === 'screen') return write.cover(event.shown);
    if (event.kind === 'progress-end') return display.close();
    if (event.kind === 'written') return;
    if (event.kind === 'progress') {
      if (verbosity.progress && !verbosity.quiet) display.update(event);
      return;
    }
    if (event.kind === 'retry' && event.count !== undefined) {
      retries += 1;
      if (!verbosity.verbose && !verbosity.debug && !isReported(event, retries)) return;
    }
    const lines = linesOf(event, verbosity);
    if (lines.length > 0) display.makeRoom();
    for (const line of lines) write.line(clean(blank(line)));
  };
}

/** Number of lines kept while a screen covers the terminal; older ones are dropped. */
const MAX_BUFFERED_LINES = 1_000;

/** Writes lines to standard error. They are buffered while a screen covers the terminal, since they would overwrite it. */
function bufferedWhileCovered(stderr: Output): { line(text: string): void; cover(shown: boolean): void } {
  let covered = false;
  let buffered: string[] = [];
  let dropped = 0;
  return {
    line(text) {
      if (!covered) stderr.write(`${text}\n`);
      else if (buffered.push(text) > MAX_BUFFERED_LINES) {
        buffered.shift();
        dropped += 1;
      }
    },
    cover(shown) {
      covered = shown && stderr.isTTY === true;
      if (covered) return;
      if (dropped > 0)
        stderr.write(`(${dropped} earlier ${dropped === 1 ? 'line is' : 'lines are'} not shown)\n`);
      for (const text of buffered) stderr.write(`${text}\n`);
      buffered = [];
      dropped = 0;
    },
  };
}

function linesOf(
  event: Exclude<Event, { kind: 'progress' | 'progress-end' | 'screen' | 'written' }>,
  { quiet, verbose, debug }: Verbosity,
): readonly string[] {
  switch (event.kind) {
    case 'note':
      return quiet ? [] : [event.text];
    case 'warning':
      return [`warning: ${event.text}`];
    case 'prompt':
      return [event.text];
    case 'detail':
      return verbose || debug ? [event.text] : [];
    case 'retry':
      return quiet ? [] : [retryLine(event)];
    case 'exchange':
      if (debug) return exchangeLines(event);
      return verbose ? [requestLine(event)] : [];
  }
}

type Retry = Extract<Event, { kind: 'retry' }>;

function retryLine({ method, count, reason, attempt, attempts, waitMilliseconds, until }: Retry): string {
  const what = count === undefined ? `${method} is` : `${count} × ${method} ${count === 1 ? 'is' : 'are'}`;
  const time = waitMilliseconds < LONG_WAIT ? '' : `, at ${new Date(until).toISOString().slice(0, 19)}Z`;
  const tries = attempt === undefined ? '' : ` (attempt ${attempt} of ${attempts})`;
  return `${what} sent again in ${waitText(waitMilliseconds)}${time}${tries}: ${reason}`;
}

/** A wait of at least this many milliseconds is always reported, with its end. */
const LONG_WAIT = 60_000;

/** Which retries of a bulk command are reported: the first, the second, the fourth and so on, and long waits. */
function isReported({ waitMilliseconds }: Retry, number: number): boolean {
  return waitMilliseconds >= LONG_WAIT || Number.isInteger(Math.log2(number));
}

function requestLine({
  method,
  url,
  status,
  milliseconds,
  attempt,
}: Extract<Event, { kind: 'exchange' }>): string {
  const again = attempt > 1 ? ` (attempt ${attempt})` : '';
  return `${method} ${url} → ${status ?? 'no answer'} in ${milliseconds} ms${again}`;
}

function exchangeLines(event: Extract<Event, { kind: 'exchange' }>): string[] {
  const { method, url, requestHeaders, requestBody, responseHeaders, responseBody } = event;
  return [
    `> ${method} ${url}`,
    ...headerLines('>', requestHeaders),
    ...bodyLines('>', requestBody),
    `< ${requestLine(event)}`,
    ...headerLines('<', responseHeaders),
    ...bodyLines('<', responseBody),
  ];
}

function headerLines(mark: string, headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `${mark} ${name}: ${value}`);
}

function bodyLines(mark: string, body: string | undefined): string[] {
  return body === undefined || body === ''
    ? []
    : [mark, ...body.split('\n').map((line) => `${mark} ${line}`)];
}
