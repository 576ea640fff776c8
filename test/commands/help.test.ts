import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/commands/index.ts';
import { runMain } from '../support/run-main.ts';

describe('help', () => {
  test('every command has examples', () => {
    for (const { name, examples: given } of COMMANDS) {
      expect([name, given.length]).toEqual([name, expect.any(Number)]);
      expect(given.length).toBeGreaterThanOrEqual(2);
    }
  });

  test.each(COMMANDS.map(({ name }) => name))('%s --help fits 80 columns', async (name) => {
    const run = await runMain([name, '--help'], { columns: 80 });
    expect(run.code).toBe(0);
    const wide = run.stdout
      .split('\n')
      .filter((line) => line.length > 80 && !/graph-overview |^ {2}#|properties \(/i.test(line));
    expect(wide).toEqual([]);
  });

  test('--help shows the commands', async () => {
    const run = await runMain(['--help']);
    expect(run.code).toBe(0);
    for (const { name } of COMMANDS) expect(run.stdout).toContain(`  ${name} `);
  });

  test('the --help that the build writes equals the help of the command tree', async () => {
    const ready = readFileSync(new URL('../../dist/help.txt', import.meta.url), 'utf8');
    expect((await runMain(['--help'])).stdout).toBe(ready);
    // The help for a terminal of the same width comes from the command tree.
    expect((await runMain(['--help'], { columns: 100 })).stdout).toBe(ready);
  });

  test('--version prints the version', async () => {
    expect((await runMain(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('a command without arguments runs with its defaults, or names the missing argument', async () => {
    const [bare, plain] = [await runMain(['routes']), await runMain(['routes', '-o', 'table'])];
    expect([bare.code, bare.stdout]).toEqual([0, plain.stdout]);
    const lacking = await runMain(['apply']);
    expect([lacking.code, lacking.stderr.includes('a file is needed')]).toEqual([2, true]);
    expect((await runMain(['get'])).stderr).toContain("missing required argument 'configuration'");
  });

  test.each([
    [['pach'], 'Did you mean patch?'],
    [['patch', 'id:x', '--diff', '--dryrun'], 'Did you mean --dry-run?'],
    [['patch'], "missing required argument 'configuration'"],
    [['get', 'id:a', 'b'], 'too many arguments'],
  ])('%j is an error with a suggestion or a reason', async (argv, message) => {
    const run = await runMain(argv);
    expect(run.code).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain(message);
  });
});
