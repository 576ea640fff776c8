import { Writable } from 'node:stream';
import { describe, expect, jest, test } from '@jest/globals';
import { ProgressDisplay } from '../../src/present/progress.ts';
import { type Progress, progressLine, progressSentence } from '../../src/present/progress-line.ts';
import type { Output } from '../../src/process/runtime.ts';

const WRITING: Progress = {
  kind: 'progress',
  task: 'writing',
  done: 100,
  total: 300,
  outcomes: { written: 98, unchanged: 1_200, differ: 0, failed: 2 },
  endsAt: () => 42_000,
};

describe('progressLine', () => {
  test('has a bar, the count, the time that the quota requires, the results and the rate', () => {
    expect(progressLine(WRITING, 0, 2_000, 120)).toBe(
      '━━━━━━━━──────────────── writing 100/300  40 s left  98 written, 1,200 unchanged, 2 failed  50/s',
    );
  });

  test('has the length of a wait, and its reason if it is more than ten seconds', () => {
    const waiting = {
      ...WRITING,
      waitingUntil: () => 14_500,
      waitingFor: () => 'the quota (100 writes/20 s)',
    };
    expect(progressLine(waiting, 0, 2_000, 120)).toContain(
      'writing 100/300  40 s left  waiting 13 s for the quota (100 writes/20 s)  98',
    );
    expect(progressLine(waiting, 0, 4_500, 120)).toContain('  38 s left  waiting 10 s for the quota  98');
    expect(progressLine(waiting, 0, 15_000, 120)).not.toContain('waiting');
  });

  test.each([
    [81, '━━━───── writing 100/300  40 s left  waiting 13 s for the quota (100 writes/20 s)'],
    [79, 'writing 100/300  40 s left  waiting 13 s for the quota (100 writes/20 s)'],
    [71, '━━━━━─────────── writing 100/300  40 s left  waiting 13 s for the quota'],
    [54, 'writing 100/300  40 s left  waiting 13 s for the quota'],
    [50, '━━━━━━━━─────────────── writing 100/300  40 s left'],
  ])('in %i columns omits the bar before the reason, and the reason before the wait', (width, line) => {
    const waitingFor = () => 'the quota (100 writes/20 s)';
    const waiting = { ...WRITING, waitingUntil: () => 14_500, waitingFor };
    expect(progressLine(waiting, 0, 2_000, width)).toBe(line);
  });

  test('counts down during a wait', () => {
    const waiting = { ...WRITING, waitingUntil: () => 22_000, waited: () => 0 };
    const left = [2_000, 3_000, 12_000, 21_900].map(
      (now) => /(\d+) s left/.exec(progressLine({ ...waiting, waited: () => now - 2_000 }, 0, now, 120))?.[1],
    );
    expect(left).toEqual(['40', '39', '30', '21']);
  });

  test('estimates from the rate of the work if that takes longer than the quota requires', () => {
    const slow = { ...WRITING, endsAt: () => 0, waited: () => 40_000 };
    // 100 rows in 50 s without waits: 200 more take 100 s.
    expect(progressSentence(slow, 0, 90_000)).toContain('2 min left');
    expect(progressSentence({ ...slow, done: 280 }, 0, 90_000)).toContain('4 s left');
  });

  test('of a resumed run counts earlier rows, but not in the rate', () => {
    const resumed = { ...WRITING, done: 110, earlier: 100, endsAt: () => 0 };
    expect(progressSentence(resumed, 0, 10_000)).toContain('writing 110/300, 4 min left');
    expect(progressSentence(resumed, 0, 10_000)).toContain('1.0/s');
    expect(progressSentence({ ...resumed, done: 100, endsAt: () => 50_000 }, 0, 10_000)).toBe(
      'writing 100/300, 40 s left, 98 written, 1,200 unchanged, 2 failed',
    );
  });

  test.each([20, 30, 40, 50, 60, 80])(
    'fits %i columns, and omits the least important parts first',
    (width) => {
      const line = progressLine({ ...WRITING, waitingUntil: () => 14_500 }, 0, 2_000, width);
      expect(line.length).toBeLessThanOrEqual(width);
      expect(line).toContain('writing 100/300');
    },
  );

  test('has a moving bar if the total is unknown', () => {
    expect(
      progressLine({ kind: 'progress', task: 'reading', done: 1_500, total: undefined }, 0, 1_000, 80),
    ).toBe('────━━━━━━────────────── reading 1,500  1,500/s');
  });

  test('has hours and minutes', () => {
    const endsIn = (seconds: number) => ({ ...WRITING, endsAt: () => 1_000 + seconds * 1_000 });
    expect(progressSentence(endsIn(19_980), 0, 1_000)).toContain('5 h 33 min left');
    expect(progressSentence(endsIn(200), 0, 1_000)).toContain('4 min left');
  });
});

describe('ProgressDisplay', () => {
  function terminal(isTTY: boolean) {
    let text = '';
    const stream = new Writable({
      write(chunk, _, done) {
        text += chunk;
        done();
      },
    });
    return { out: Object.assign(stream, { isTTY, columns: 80 }) as Output, text: () => text };
  }

  test('prints lines during a wait without a terminal', () => {
    jest.useFakeTimers();
    let now = 0;
    const { out, text } = terminal(false);
    const display = new ProgressDisplay(out, () => now);
    const waitingFor = () => 'the quota (100 writes/20 s)';
    display.update({ ...WRITING, waitingUntil: () => 25_500, waitingFor });
    for (; now < 25_000; now += 250) jest.advanceTimersByTime(250);
    display.close();
    jest.useRealTimers();
    expect(text().split('\n')[0]).toBe(
      'writing 100/300, 32 s left, waiting 16 s for the quota (100 writes/20 s), 98 written, 1,200 unchanged, 2 failed, 10/s',
    );
    expect(text().trim().split('\n')).toHaveLength(2);
  });

  test('prints a line from time to time without a terminal', () => {
    let now = 0;
    const { out, text } = terminal(false);
    const display = new ProgressDisplay(out, () => now);
    for (; now <= 25_000; now += 1_000) display.update(WRITING);
    display.close();
    expect(text().trim().split('\n')).toHaveLength(2);
    expect(text()).toContain('writing 100/300, 32 s left');
  });

  test('writes nothing to a terminal if the work ends at once', () => {
    const { out, text } = terminal(true);
    const display = new ProgressDisplay(out, () => 0);
    display.update(WRITING);
    display.close();
    expect(text()).toBe('');
  });
});
