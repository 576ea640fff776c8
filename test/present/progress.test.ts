import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { ProgressDisplay } from '../../src/present/progress.ts';
import { type Progress, progressLine, progressSentence } from '../../src/present/progress-line.ts';
import type { Output } from '../../src/process/runtime.ts';

const WRITING: Progress = {
  kind: 'progress',
  task: 'writing',
  done: 100,
  total: 300,
  outcomes: { written: 98, unchanged: 1_200, differ: 0, failed: 2 },
  fastest: 5,
};

describe('progressLine', () => {
  test('has a bar, how many, the time that the quota leaves, what came of it, and the rate', () => {
    expect(progressLine(WRITING, 0, 2_000, 120)).toBe(
      '━━━━━━━━──────────────── writing 100/300  40 s left  98 written, 1,200 unchanged, 2 failed  50/s',
    );
  });

  test('says how long the quota makes everyone wait', () => {
    const waiting = { ...WRITING, waitingUntil: () => 14_500 };
    expect(progressLine(waiting, 0, 2_000, 120)).toContain('writing 100/300  waiting 13 s for the quota');
    expect(progressLine(waiting, 0, 15_000, 120)).not.toContain('waiting');
  });

  test.each([20, 30, 40, 50, 60, 80])(
    'fits %i columns, and leaves the least important out first',
    (width) => {
      const line = progressLine({ ...WRITING, waitingUntil: () => 14_500 }, 0, 2_000, width);
      expect(line.length).toBeLessThanOrEqual(width);
      expect(line).toContain('writing 100/300');
    },
  );

  test('a piece of the bar wanders where nobody knows how much there is', () => {
    expect(
      progressLine({ kind: 'progress', task: 'reading', done: 1_500, total: undefined }, 0, 1_000, 80),
    ).toBe('────━━━━━━────────────── reading 1,500  1,500/s');
  });

  test('says hours and minutes', () => {
    expect(progressSentence({ ...WRITING, done: 100, total: 100_000 }, 0, 1_000)).toContain(
      '5 h 33 min left',
    );
    expect(progressSentence({ ...WRITING, done: 100, total: 1_100 }, 0, 1_000)).toContain('4 min left');
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

  test('prints a line now and then where there is no terminal', () => {
    let now = 0;
    const { out, text } = terminal(false);
    const display = new ProgressDisplay(out, () => now);
    for (; now <= 25_000; now += 1_000) display.update(WRITING);
    display.close();
    expect(text().trim().split('\n')).toHaveLength(2);
    expect(text()).toContain('writing 100/300, 40 s left');
  });

  test('writes nothing on a terminal where the work is over at once', () => {
    const { out, text } = terminal(true);
    const display = new ProgressDisplay(out, () => 0);
    display.update(WRITING);
    display.close();
    expect(text()).toBe('');
  });
});
