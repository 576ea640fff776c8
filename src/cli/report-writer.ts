import type { Event, Report } from '../outcome/events.ts';
import { ProgressDisplay } from '../present/progress.ts';
import type { Output } from '../process/runtime.ts';
import { clean } from '../text/clean.ts';

/** How much goes to standard error. */
export interface Verbosity {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: boolean;
  /** Whether long work says how far it is. */
  readonly progress: boolean;
}

/**
 * Writes events to standard error, as many as were asked for. What comes from outside is cleaned of control characters, all of it
 * of secrets.
 */
export function reportTo(
  stderr: Output,
  verbosity: Verbosity,
  blank: (text: string) => string,
  now: () => number,
): Report {
  const display = new ProgressDisplay(stderr, now);
  const write = holdingBack(stderr);
  return (event) => {
    if (event.kind === 'screen') return write.cover(event.shown);
    if (event.kind === 'progress-end') return display.close();
    if (event.kind === 'written') return;
    if (event.kind === 'progress') {
      if (verbosity.progress && !verbosity.quiet) display.update(event);
      return;
    }
    const lines = linesOf(event, verbosity);
    if (lines.length > 0) display.makeRoom();
    for (const line of lines) write.line(clean(blank(line)));
  };
}

/** So many lines wait while a screen covers the terminal; older ones are dropped. */
const HELD = 1_000;

/** Lines on standard error. While a screen covers it they wait, since they would be written all over it. */
function holdingBack(stderr: Output): { line(text: string): void; cover(shown: boolean): void } {
  let covered = false;
  let held: string[] = [];
  let dropped = 0;
  return {
    line(text) {
      if (!covered) stderr.write(`${text}\n`);
      else if (held.push(text) > HELD) {
        held.shift();
        dropped += 1;
      }
    },
    cover(shown) {
      covered = shown && stderr.isTTY === true;
      if (covered) return;
      if (dropped > 0) stderr.write(`(${dropped} earlier lines are left out)\n`);
      for (const text of held) stderr.write(`${text}\n`);
      held = [];
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

function retryLine({
  method,
  reason,
  attempt,
  attempts,
  waitMilliseconds,
}: Extract<Event, { kind: 'retry' }>): string {
  const wait = (waitMilliseconds / 1_000).toFixed(1);
  return `${method} is sent again in ${wait} s (attempt ${attempt} of ${attempts}): ${reason}`;
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
