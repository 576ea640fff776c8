import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { reportTo } from '../../src/cli/report-writer.ts';
import type { Event } from '../../src/outcome/events.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

/** The lines on standard error for these events. */
function linesOf(events: readonly Event[], more: { quiet?: boolean; verbose?: boolean } = {}): string[] {
  let text = '';
  const stderr = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const verbosity = { quiet: false, verbose: false, debug: false, progress: false, ...more };
  const report = reportTo(
    stderr,
    verbosity,
    (words) => words,
    () => NOW,
  );
  for (const event of events) report(event);
  return text.split('\n').slice(0, -1);
}

function retry(waitMilliseconds: number, more: Partial<Extract<Event, { kind: 'retry' }>> = {}): Event {
  return {
    kind: 'retry',
    method: 'PATCH',
    reason: '503',
    attempt: 2,
    attempts: 6,
    waitMilliseconds,
    until: NOW + waitMilliseconds,
    ...more,
  };
}

test('a retry is a line, and a long wait has its end time', () => {
  const uncounted = { count: 1, attempt: undefined, reason: '429' };
  expect(
    linesOf([retry(1_500), retry(150_000), retry(7_000, { count: 12 }), retry(300_000, uncounted)]),
  ).toEqual([
    'PATCH is sent again in 1.5 s (attempt 2 of 6): 503',
    'PATCH is sent again in 3 min, at 2026-01-02T03:06:35Z (attempt 2 of 6): 503',
    '12 × PATCH are sent again in 7.0 s (attempt 2 of 6): 503',
    '1 × PATCH is sent again in 5 min, at 2026-01-02T03:09:05Z: 429',
  ]);
});

test('of the retries of a bulk run the first, the second, the fourth and so on are reported, and every long wait', () => {
  const waits = [100, 200, 300, 400, 500, 600, 60_000, 800, 900];
  const events = waits.map((wait) => retry(wait, { count: 3 }));
  const waitsIn = (lines: readonly string[]) => lines.map((line) => / in (\S+ \w+)/.exec(line)?.[1]);
  expect(waitsIn(linesOf(events))).toEqual(['0.1 s', '0.2 s', '0.4 s', '1 min', '0.8 s']);
  expect(linesOf(events, { verbose: true })).toHaveLength(9);
  expect(linesOf(events, { quiet: true })).toEqual([]);
});

test('each retry of a single request is reported', () => {
  expect(linesOf([1, 2, 3, 4, 5].map((wait) => retry(wait * 100)))).toHaveLength(5);
});
