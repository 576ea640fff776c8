import type { Event } from '../outcome/events.ts';
import { grouped } from './grouped.ts';

export type Progress = Extract<Event, { kind: 'progress' }>;

/** Columns of the bar where there is room for all else, and where there is hardly any. */
const BAR = { most: 24, least: 8 };

/** Milliseconds for each column that the piece of a bar without an end wanders. */
const STEP = 250;

/**
 * How far long work is, on one line: a bar, how many, the rate, the time that is left, what came of it.
 * @param started when the work began, in milliseconds since the epoch, like `now`
 * @param width columns that the line may take; parts that do not fit are left out, the least important first
 */
export function progressLine(progress: Progress, started: number, now: number, width: number): string {
  const { total } = progress;
  const text = [...words(progress, started, now)];
  while (text.length > 1 && lengthOf(text) + 1 + BAR.least > width) text.pop();
  const room = Math.min(BAR.most, width - lengthOf(text) - 1);
  const bar = total === 0 || room < BAR.least ? '' : `${barOf(progress, room, now - started)} `;
  return `${bar}${text.join('  ')}`.slice(0, Math.max(0, width));
}

/** The same in words, for a log. */
export function progressSentence(progress: Progress, started: number, now: number): string {
  return words(progress, started, now).join(', ');
}

/** The most important part first. */
function words(progress: Progress, started: number, now: number): string[] {
  const { task, done, total, outcomes, waitingUntil, waitingFor = 'the quota', untimed } = progress;
  const parts = [`${task} ${grouped(done)}${total === undefined ? '' : `/${grouped(total)}`}`];
  const until = waitingUntil?.() ?? 0;
  if (until > now) parts.push(`waiting ${Math.ceil((until - now) / 1_000)} s for ${waitingFor}`);
  const rate = done / Math.max(0.001, (now - started) / 1_000);
  const left =
    total === undefined || done === 0 || untimed === true ? undefined : secondsLeft(progress, rate);
  if (left !== undefined) parts.push(`${duration(left)} left`);
  const came = Object.entries(outcomes ?? {}).filter(([, count]) => count > 0);
  if (came.length > 0) parts.push(came.map(([name, count]) => `${grouped(count)} ${name}`).join(', '));
  if (done > 0 && untimed !== true)
    parts.push(`${rate < 10 ? rate.toFixed(1) : grouped(Math.round(rate))}/s`);
  return parts;
}

/** The beginning may go faster than the quota lets it go on. */
function secondsLeft({ done, total = 0, fastest }: Progress, rate: number): number {
  return (total - done) / Math.min(rate, fastest ?? Number.POSITIVE_INFINITY);
}

/** Where nobody knows how much there is, a piece wanders. @param elapsed in milliseconds */
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
