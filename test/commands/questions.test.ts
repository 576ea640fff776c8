import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/commands/index.ts';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { type Run, type RunOptions, runMain, stateFolder } from '../support/run-main.ts';

/** Confirmation prompts of every command that has one: what disables them, and what confirms in advance. */

const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const folder = mkdtempSync(join(tmpdir(), 'graph-overview-questions-'));
const ROWS = join(folder, 'rows.csv');
let emulator: Emulator;
let at: readonly string[];
let value = 100;

beforeAll(async () => {
  emulator = await startEmulator({
    clock: { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), sleep: async () => undefined },
  });
  at = ['--endpoint', emulator.url];
});

afterAll(() => emulator.close());

const errorsNow = async (): Promise<number> =>
  JSON.parse((await runMain(['get', A, '-o', 'json', ...at])).stdout).errorCount;

/** A command that prompts, and what it needs in its state folder. */
interface Asking {
  readonly argv: () => readonly string[];
  /** Commands that run before it. */
  readonly before: readonly (readonly string[])[];
  readonly question: RegExp;
  /** Whether it has done what it prompts for. */
  readonly isDone: (state: string, run: Run) => Promise<boolean>;
}

const runsLeft = async (state: string): Promise<number> =>
  JSON.parse((await runMain(['runs', '-o', 'json'], { env: { GRAPH_OVERVIEW_STATE: state } })).stdout).length;

const ASKING: Readonly<Record<string, Asking>> = {
  apply: {
    argv: () => ['apply', ROWS, ...at],
    before: [],
    question: /^Write 1 overview\? \[y\/N\] $/,
    isDone: async () => (await errorsNow()) === value,
  },
  undo: {
    argv: () => ['undo', 'last', ...at],
    before: [['apply', ROWS, '--yes']],
    question: /^Write 1 overview\? \[y\/N\] $/,
    isDone: async () => (await errorsNow()) !== value,
  },
  'runs prune': {
    argv: () => ['runs', 'prune', '--keep', '0'],
    before: [['apply', ROWS, '--yes']],
    question: /^Remove 1 run\? \[y\/N\] $/,
    isDone: async (state) => (await runsLeft(state)) === 0,
  },
  'doctor --probe-write': {
    argv: () => ['doctor', '--probe-write', A, ...at],
    before: [],
    question: /^Write to the overview of .*\? \[y\/N\] $/,
    isDone: async (_, { stdout }) => stdout.includes('the service stores what is written'),
  },
};

async function act(
  { argv, before, isDone }: Asking,
  more: readonly string[],
  options: RunOptions = {},
): Promise<Run & { readonly done: boolean }> {
  // A value that the overview does not have yet, so that there is something to write.
  value += 1;
  writeFileSync(ROWS, `deviceConfigurationId,error\n${A},${value}\n`);
  const state = stateFolder();
  for (const made of before)
    expect((await runMain([...made, ...at], { env: { GRAPH_OVERVIEW_STATE: state } })).code).toBe(0);
  const run = await runMain([...argv(), ...more], {
    ...options,
    env: { GRAPH_OVERVIEW_STATE: state, ...options.env },
  });
  return { ...run, done: await isDone(state, run) };
}

/** What disables prompts, and the message about it. */
const FORBIDDING: readonly (readonly [
  what: string,
  argv: readonly string[],
  env: Record<string, string>,
  why: string,
])[] = [
  ['--no-input', ['--no-input'], {}, '--no-input is given: prompts are disabled'],
  ...['1', 'true', 'yes'].map(
    (on) =>
      [
        `GRAPH_OVERVIEW_NO_INPUT=${on}`,
        [],
        { GRAPH_OVERVIEW_NO_INPUT: on },
        'GRAPH_OVERVIEW_NO_INPUT is set: prompts are disabled',
      ] as const,
  ),
  ...['1', 'true', 'True', 'github'].map(
    (on) => [`CI=${on}`, [], { CI: on }, 'CI is set: prompts are disabled'] as const,
  ),
];

const ALLOWING: readonly Record<string, string>[] = [
  {},
  { CI: '' },
  { CI: '0' },
  { CI: 'false' },
  { GRAPH_OVERVIEW_NO_INPUT: '' },
  { GRAPH_OVERVIEW_NO_INPUT: '0' },
  { GRAPH_OVERVIEW_YES: '' },
  { GRAPH_OVERVIEW_YES: '0' },
];

const CONFIRMING: readonly (readonly [what: string, argv: readonly string[], env: Record<string, string>])[] =
  [
    ['--yes', ['--yes'], {}],
    ['-y', ['-y'], {}],
    ['GRAPH_OVERVIEW_YES=1', [], { GRAPH_OVERVIEW_YES: '1' }],
  ];

const commands = Object.entries(ASKING);

describe('the prompt', () => {
  test.each(commands.flatMap(([name, command]) => ALLOWING.map((env) => [name, env, command] as const)))(
    'of %s appears with %j',
    async (_, env, command) => {
      const yes = await act(command, [], { answer: 'y', env });
      expect([yes.code, yes.done, yes.questions]).toEqual([
        0,
        true,
        [expect.stringMatching(command.question)],
      ]);
    },
  );

  test.each(commands)('of %s that is answered no is exit code 11', async (_, command) => {
    for (const answer of ['n', '', 'maybe']) {
      const no = await act(command, [], { answer });
      expect([no.code, no.done, no.questions.length]).toEqual([11, false, 1]);
    }
  });

  test.each(
    commands.flatMap(([name, command]) =>
      FORBIDDING.map(([what, argv, env, why]) => [name, what, argv, env, why, command] as const),
    ),
  )(
    'of %s does not appear with %s: exit code 2, and a hint to --yes',
    async (_, __, argv, env, why, command) => {
      const run = await act(command, argv, { answer: 'y', env });
      expect([run.code, run.done, run.questions]).toEqual([2, false, []]);
      expect(run.stderr).toMatch(/\nhint: confirm with --yes\n$/);
      expect(run.stderr).toContain(`error: ${why}; nothing was `);
    },
  );

  test.each(commands)('of %s needs a terminal', async (_, command) => {
    const run = await act(command, []);
    expect([run.code, run.done]).toEqual([2, false]);
    expect(run.stderr).toMatch(
      /error: not a terminal; nothing was (written|removed)\nhint: confirm with --yes\n$/,
    );
    const json = await act(command, ['-o', 'json']);
    expect(JSON.parse(json.stderr.trimEnd().split('\n').at(-1) ?? '').error).toMatchObject({
      kind: 'usage',
      exitCode: 2,
      hint: 'confirm with --yes',
    });
  });

  test.each(
    commands.flatMap(([name, command]) =>
      CONFIRMING.flatMap(([what, argv, env]) =>
        [undefined, ...FORBIDDING.filter(([what]) => !/=(?!1)/.test(what))].map(
          (forbidding) =>
            [name, what, forbidding?.[0] ?? 'a terminal', argv, env, forbidding, command] as const,
        ),
      ),
    ),
  )('of %s is confirmed by %s, with %s', async (_, __, ___, argv, env, forbidding, command) => {
    const run = await act(command, [...argv, ...(forbidding?.[1] ?? [])], {
      answer: 'n',
      env: { ...env, ...forbidding?.[2] },
    });
    expect([run.code, run.done, run.questions]).toEqual([0, true, []]);
  });

  test('does not appear if there is nothing to write', async () => {
    await runMain(['apply', ROWS, '--yes', ...at]);
    const run = await runMain(['apply', ROWS, '--no-input', ...at]);
    expect([run.code, run.stderr]).toEqual([0, '']);
  });
});

describe('--no-input', () => {
  const acting = COMMANDS.filter((command) => 'load' in command);

  test.each(acting.map(({ name }) => name))('is an option of %s', async (name) => {
    const { stdout } = await runMain([name, '--help'], { columns: 100 });
    expect(stdout).toMatch(/--no-input .*\n?.*GRAPH_OVERVIEW_NO_INPUT/);
  });

  test.each([
    ['get', ['get', A]],
    ['list', ['list']],
    ['patch', ['patch', A, '--error', '1']],
    ['routes', ['routes']],
  ])('has no effect on %s, which has no prompt', async (name, argv) => {
    const target = name === 'routes' ? [] : at;
    const runs = await Promise.all([
      runMain([...argv, ...target, '--no-input']),
      runMain([...argv, ...target], { env: { CI: 'true', GRAPH_OVERVIEW_YES: '1' } }),
    ]);
    for (const run of runs) expect([run.code, run.stderr]).toEqual([0, '']);
  });
});

describe('GRAPH_OVERVIEW_YES', () => {
  test('is ignored by a command without --yes', async () => {
    const env = { GRAPH_OVERVIEW_YES: '1' };
    for (const argv of [['runs'], ['routes'], ['list', ...at]])
      expect([argv, (await runMain(argv, { env })).code]).toEqual([argv, 0]);
    const flag = await runMain(['list', '--yes', ...at]);
    expect([flag.code, flag.stderr]).toEqual([2, expect.stringContaining("unknown option '--yes'")]);
  });

  test.each(COMMANDS.filter(({ options }) => options.some(({ flags }) => flags === '-y, --yes')))(
    'is in the help of $name',
    async ({ name }) => {
      expect((await runMain([name, '--help'], { columns: 100 })).stdout).toContain('GRAPH_OVERVIEW_YES');
    },
  );
});

describe('a browser', () => {
  /** A desktop with a terminal. */
  const DESKTOP = { DISPLAY: ':0' };
  const signIns = [
    ['login', ['login'], 'graph-overview login --device-code'],
    ['get --auth browser', ['get', A, '--auth', 'browser'], '--auth device-code'],
    ['whoami --auth browser', ['whoami', '--auth', 'browser'], '--auth device-code'],
  ] as const;

  test.each(
    signIns.flatMap(([name, argv, instead]) =>
      FORBIDDING.map(([what, more, env]) => [name, what, [...argv, ...more], env, instead] as const),
    ),
  )('of %s is not opened with %s', async (_, what, argv, env, instead) => {
    const run = await runMain(argv, {
      columns: 80,
      answer: 'y',
      env: { ...DESKTOP, NO_COLOR: '1', BROWSER: 'x', ...env },
    });
    const name = what.replace(/=.*/, '');
    expect([run.code, run.stdout, run.stderr]).toEqual([
      2,
      '',
      `error: no browser can be opened: ${name} is ${name.startsWith('-') ? 'given' : 'set'}\nhint: use \`${instead}\`\n`,
    ]);
  });

  test('is not opened without a terminal, even on a desktop', async () => {
    const run = await runMain(['login'], { env: DESKTOP });
    expect([run.code, run.stderr]).toEqual([
      2,
      'error: no browser can be opened: there is no terminal\nhint: use `graph-overview login --device-code`\n',
    ]);
  });
});
