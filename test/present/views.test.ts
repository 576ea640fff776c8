import { describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';
import { barText, countText, shareText } from '../../src/present/views/status.ts';
import { runMain } from '../support/run-main.ts';

const DIRECT = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';

const WIDTHS = [40, 50, 59, 60, 80, 99, 100, 120, 150, 200];

describe('tables', () => {
  test.each(WIDTHS)('list fits %i columns, and every id can be copied', async (columns) => {
    const { stdout } = await runMain(['list', '--local', '--no-color'], { columns });
    expect(stdout).toContain(DIRECT);
    // In the stacked form a long name may wrap.
    const lines = stdout.split('\n').filter((line) => !line.startsWith('BitLocker') || columns >= 72);
    expect(lines.filter((line) => stringWidth(line) > Math.max(columns, 50))).toEqual([]);
  });

  test.each(WIDTHS)('get and patch --diff fit %i columns', async (columns) => {
    for (const argv of [
      ['get', DIRECT],
      ['patch', DIRECT, '--pending', '2147483647', '--diff'],
    ]) {
      const { stdout } = await runMain([...argv, '--local', '--no-color'], { columns });
      // A narrow form has two or three columns of numbers, which are never shortened.
      const tooWide = stdout.split('\n').filter((line) => stringWidth(line) > Math.max(columns, 50));
      expect(tooWide).toEqual([]);
    }
  });

  test('numbers are aligned, with thousands separators and shares', async () => {
    const { stdout } = await runMain(['get', DIRECT, '--local'], { columns: 80, env: { NO_COLOR: '1' } });
    expect(stdout).toContain('✓ Success                      4,811  94.0 %  ██████████████████▊\n');
    expect(stdout).toContain('≠ Conflict                         2  <0.1 %  ▏\n');
    expect(stdout).toContain('  All devices                  5,118\n');
  });

  test('under 60 columns without the bars', async () => {
    const { stdout } = await runMain(['get', DIRECT, '--local', '--no-color'], { columns: 59 });
    expect(stdout).toContain('✓ Success        4,811  94.0 %\n');
  });
});

describe('colour', () => {
  const sequence = '\u001b[';

  test.each([
    [{ columns: 80 }, [], true],
    [{}, [], false],
    [{ columns: 80, env: { NO_COLOR: '1' } }, [], false],
    [{ columns: 80, env: { TERM: 'dumb' } }, [], false],
    [{ env: { FORCE_COLOR: '1' } }, [], true],
    [{ columns: 80 }, ['--no-color'], false],
    [{ columns: 80 }, ['--color', 'never'], false],
    [{ env: { NO_COLOR: '1' } }, ['--color', 'always'], true],
  ])('%j %j: %s', async (options, flags, colored) => {
    const { stdout } = await runMain(['get', DIRECT, '--local', ...flags], options);
    expect(stdout.includes(sequence)).toBe(colored);
  });

  test('is never the only carrier: without it the same words are left', async () => {
    const [plain, colored] = [
      await runMain(['get', DIRECT, '--local', '--no-color'], { columns: 80 }),
      await runMain(['get', DIRECT, '--local'], { columns: 80 }),
    ];
    expect(colored.stdout.replaceAll(/\u001b\[[\d;]*m/g, '')).toBe(plain.stdout);
  });
});

describe('shares and bars', () => {
  test.each([
    [1, 3, '33.3 %'],
    [0, 3, '0.0 %'],
    [1, 5000, '<0.1 %'],
    [4999, 5000, '>99.9 %'],
    [5, 5, '100.0 %'],
    [0, 0, '–'],
    [undefined, 5, '–'],
  ])('%s of %i is %s', (count, devices, text) => {
    expect(shareText(count, devices)).toBe(text);
  });

  test('what was not returned is no nought', () => {
    expect(countText(undefined)).toBe('–');
    expect(barText(1, 1_000_000, 20)).toBe('▏');
    expect(barText(5, 5, 20)).toBe('█'.repeat(20));
  });
});
