import type { Event } from '../outcome/events.ts';
import { grouped } from './grouped.ts';

export type Progress = Extract<Event, { kind: 'progress' }>;

/** The width of the bar in terminal columns. With less than `least`, there is no bar. */
const BAR = { most: 24, least: 8 };

/** The number of parts that take precedence over the bar. */
const MORE_THAN_BAR = 3;

/** Milliseconds in which the segment of an indeterminate bar moves by one column. */
const STEP = 250;

/**
 * The progress of a long operation on one line: a bar, the number done, the remaining time, the outcomes, the rate.
 * @param started when the operation began, in milliseconds since the epoch, as `now`
 * @param width the maximum width in terminal columns; parts that do not fit are omitted, the least important first
 */
export function progressLine(progress: Progress, started: number, now: number, width: number): string {
  const { total } = progress;
  const full = partsOf(progress, started, now);
  const text =
    lengthOf(full.slice(0, MORE_THAN_BAR)) <= width ? full : partsOf(progress, started, now, false);
  while (text.length > MORE_THAN_BAR && lengthOf(text) + 1 + BAR.least > width) text.pop();
  while (text.length > 1 && lengthOf(text) > width) text.pop();
  const room = Math.min(BAR.most, width - lengthOf(text) - 1);
  const bar = total === 0 || room < BAR.least ? '' : `${barOf(progress, room, now - started)} `;
  return `${bar}${text.join('  ')}`.slice(0, Math.max(0, width));
}

/** The same without a bar, for a log. */
export function progressSentence(progress: Progress, started: number, now: number): string {
  return partsOf(progress, started, now).join(', ');
}

/** The parts of the line, the most important first. @param why whether to give the reason for a wait in full */
function partsOf(progress: Progress, started: number, now: number, why = true): string[] {
  const { task, done, total, outcomes, untimed } = progress;
  const parts = [`${task} ${grouped(done)}${total === undefined ? '' : `/${grouped(total)}`}`];
  const elapsed = now - started;
  const rate = rateIn(progress, elapsed);
  const left = untimed === true ? undefined : secondsLeft(progress, elapsed, now);
  if (left !== undefined) parts.push(`${duration(left)} left`);
  const waiting = waitingText(progress, now, why);
  if (waiting !== undefined) parts.push(waiting);
  const came = Object.entries(outcomes ?? {}).filter(([, count]) => count > 0);
  if (came.length > 0) parts.push(came.map(([name, count]) => `${grouped(count)} ${name}`).join(', '));
  if (rate > 0 && untimed !== true)
    parts.push(`${rate < 10 ? rate.toFixed(1) : grouped(Math.round(rate))}/s`);
  return parts;
}

/** The reason for a wait is given in full only for longer waits, in milliseconds. */
const LONG = 10_000;

function waitingText({ waitingUntil, waitingFor }: Progress, now: number, why: boolean): string | undefined {
  const left = (waitingUntil?.() ?? 0) - now;
  if (left <= 0) return undefined;
  const reason = waitingFor?.() ?? 'the quota';
  const said = left > LONG && why ? reason : (reason.split(' (')[0] ?? reason);
  return `waiting ${Math.ceil(left / 1_000)} s for ${said}`;
}

/** Items per second. @param elapsed in milliseconds */
function rateIn({ done, earlier = 0 }: Progress, elapsed: number): number {
  return ((done - earlier) * 1_000) / Math.max(1, elapsed);
}

/** The later of two estimates: when the quota allows the last request, and the measured rate. */
function secondsLeft(progress: Progress, elapsed: number, now: number): number | undefined {
  const { done, total, endsAt, waited } = progress;
  if (total === undefined) return undefined;
  const rate = rateIn(progress, Math.max(1, elapsed - (waited?.() ?? 0)));
  const byWork = rate > 0 ? (total - done) / rate : undefined;
  if (endsAt === undefined) return byWork;
  return Math.max(0, (endsAt() - now) / 1_000, byWork ?? 0);
}

/** Without a known total, a moving segment. @param elapsed in milliseconds */
function barOf({ done, total }: Progress, width: number, elapsed: number): string {
  if (total === undefined) {
    const piece = Math.ceil(width / 4);
    const before = Math.floor(elapsed / STEP) % (width - piece + 1);
    return '─'.repeat(before) + '━'.repeat(piece) + '─'.repeat(width - piece - before);
  }
  const full = Math.round(Math.min(1, done / total) * width);
  return '━'.repeat(full) + '─'.repeat(width - full);
}

/** `45 s`, `3 min`, `2 h 5 min`. */
function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function lengthOf(text: readonly string[]): number {
  return text.join('  ').length;
}
