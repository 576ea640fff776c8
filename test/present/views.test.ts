import { describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';
import { barText, countText, shareText } from '../../src/present/views/status.ts';
import { type Run, runMain } from '../support/run-main.ts';

const DIRECT = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';

const WIDTHS = [40, 50, 59, 60, 80, 99, 100, 120, 150, 200];

describe('tables', () => {
  test.each(WIDTHS)('list fits %i columns, and has complete ids from 120 columns', async (columns) => {
    const { stdout } = await runMain(['list', '--local', '--no-color'], { columns });
    const lines = stdout.split('\n');
    expect(stdout.includes(DIRECT)).toBe(columns >= 120);
    expect(lines.filter((line) => stringWidth(line) > Math.max(columns, 50))).toEqual([]);
    expect(lines).toHaveLength(2 + 39 + 1 + (columns < 50 ? 0 : 1) + 1 + 1);
  });

  test.each(WIDTHS)('get and patch --diff fit %i columns', async (columns) => {
    for (const argv of [
      ['get', DIRECT],
      ['patch', DIRECT, '--pending', '2147483647', '--diff'],
    ]) {
      const { stdout } = await runMain([...argv, '--local', '--no-color'], { columns });
      // A command that can be pasted is in one line at any width.
      const lines = stdout.split('\n').filter((line) => !line.startsWith('undo with `'));
      // The narrow form has two or three columns of numbers, which are not truncated.
      const tooWide = lines.filter((line) => stringWidth(line) > Math.max(columns, 50));
      expect(tooWide).toEqual([]);
    }
  });

  test('numbers are aligned, with thousands separators and shares', async () => {
    const { stdout } = await runMain(['get', DIRECT, '--local'], { columns: 80, env: { NO_COLOR: '1' } });
    expect(stdout).toContain('✓ Success                      4,811  94.0 %  ██████████████████▊\n');
    expect(stdout).toContain('≠ Conflict                         2  <0.1 %  ▏\n');
    expect(stdout).toContain('  All devices                  5,118\n');
  });

  test('get has no bars with less than 60 columns', async () => {
    const { stdout } = await runMain(['get', DIRECT, '--local', '--no-color'], { columns: 59 });
    expect(stdout).toContain('✓ Success        4,811  94.0 %\n');
  });
});

describe('the width', () => {
  const widest = ({ stdout }: Run): number =>
    Math.max(...stdout.split('\n').map((line) => stringWidth(line)));

  test.each([
    [{ env: { COLUMNS: '70' } }, 70],
    [{ columns: 60, env: { COLUMNS: '70' } }, 60],
    [{ columns: 0, env: { COLUMNS: '70' } }, 70],
    [{ env: { COLUMNS: '' } }, undefined],
    [{ env: { COLUMNS: '0' } }, undefined],
    [{ env: { COLUMNS: 'wide' } }, undefined],
    [{ columns: 0 }, undefined],
  ])('with %j is %s', async (options, width) => {
    const run = await runMain(['list', '--local', '--no-color'], options);
    if (width === undefined) expect(widest(run)).toBeGreaterThan(140);
    else expect(widest(run)).toBe(width);
  });

  test('of help is also that of COLUMNS', async () => {
    const [narrow, terminal, piped] = [
      await runMain(['list', '--help'], { env: { COLUMNS: '50' } }),
      await runMain(['list', '--help'], { columns: 50 }),
      await runMain(['list', '--help']),
    ];
    expect(narrow.stdout).toBe(terminal.stdout);
    expect(narrow.stdout).not.toBe(piped.stdout);
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
    [{ columns: 80, env: { FORCE_COLOR: '0' } }, [], false],
    [{ columns: 80, env: { FORCE_COLOR: 'false' } }, [], false],
    [{ columns: 80, env: { FORCE_COLOR: '' } }, [], true],
    [{ columns: 80, env: { NO_COLOR: '' } }, [], true],
    [{ columns: 80, env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, [], false],
    [{ columns: 80, env: { FORCE_COLOR: '1', NO_COLOR: '' } }, [], true],
    [{ columns: 80, env: { FORCE_COLOR: '1', TERM: 'dumb' } }, [], true],
    [{ columns: 80 }, ['--no-color'], false],
    [{ columns: 80 }, ['--color', 'never'], false],
    [{ env: { NO_COLOR: '1' } }, ['--color', 'always'], true],
    [{ env: { FORCE_COLOR: '0' } }, ['--color', 'always'], true],
    [{ columns: 80, env: { FORCE_COLOR: '1' } }, ['--no-color'], false],
    [{ columns: 80, env: { FORCE_COLOR: '0' } }, ['--color', 'auto'], false],
    [{ columns: 80 }, ['--no-color', '--color', 'always'], true],
    [{ columns: 80 }, ['--color', 'always', '--no-color'], false],
  ])('is used with %j %j: %s', async (options, flags, colored) => {
    const { stdout } = await runMain(['get', DIRECT, '--local', ...flags], options);
    expect(stdout.includes(sequence)).toBe(colored);
  });

  test.each([
    [{ columns: 80 }, [], true],
    [{ columns: 80 }, ['--no-color'], false],
    [{ columns: 80 }, ['--color=never'], false],
    [{ columns: 80, env: { FORCE_COLOR: '0' } }, [], false],
    [{}, ['--color', 'always'], true],
    [{}, ['--no-color', '--color=always'], true],
  ])('of an error, with %j %j: %s', async (options, flags, colored) => {
    const { stderr, code } = await runMain(['get', DIRECT, '--local', '--timeout', 'x', ...flags], options);
    expect(code).toBe(2);
    expect(stderr.includes(sequence)).toBe(colored);
  });

  test('is not needed: the text is the same without it', async () => {
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

  test('a count that was not returned is not shown as zero', () => {
    expect(countText(undefined)).toBe('–');
    expect(barText(1, 1_000_000, 20)).toBe('▏');
    expect(barText(5, 5, 20)).toBe('█'.repeat(20));
  });
});
