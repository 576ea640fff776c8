import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/commands/index.ts';
import { runMain } from '../run-main.ts';

/** Splits an example as a shell does, as far as examples go: spaces, and double quotes with escaped backticks. */
function words(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain : quoted.replaceAll(/\\(.)/g, '$1'),
  );
}

/** These wait for a signal, for a person or a tenant to sign in to, or need a file or a run of the user's own. */
const NOT_HERE = ['serve', 'login', 'logout', 'whoami', 'apply', 'undo', 'runs', 'completion'];

const examples = COMMANDS.filter(({ name }) => !NOT_HERE.includes(name)).flatMap(({ name, examples }) =>
  examples.map(({ line }) => [name, line] as const),
);

describe('help', () => {
  test('every command has examples', () => {
    for (const { name, examples: given } of COMMANDS) {
      expect([name, given.length]).toEqual([name, expect.any(Number)]);
      expect(given.length).toBeGreaterThanOrEqual(2);
    }
  });

  test.each(examples)('the example of %s runs as it stands: %s', async (_, line) => {
    const run = await runMain(words(line));
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    expect(run.stdout).not.toBe('');
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

  test('--version', async () => {
    expect((await runMain(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    [['pach'], 'Did you mean patch?'],
    [['patch', 'x', '--diff', '--dryrun'], 'Did you mean --dry-run?'],
    [['patch'], "missing required argument 'deviceConfigurationId'"],
    [['get', 'a', 'b'], 'too many arguments'],
  ])('%j is answered with what is near', async (argv, message) => {
    const run = await runMain(argv);
    expect(run.code).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain(message);
  });
});
