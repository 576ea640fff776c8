import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CommandName } from '../../src/commands/index.ts';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { type Run, runMain, stateFolder } from '../support/run-main.ts';

/** GRAPH_OVERVIEW_OUTPUT with every command: it has the effect of `--output`, and commands without `--output` ignore it. */

const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const PAGE = join(mkdtempSync(join(tmpdir(), 'graph-overview-output-variable-')), 'report.html');
const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), sleep: async () => undefined };
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ clock });
});

afterAll(() => emulator.close());

/** A call of each command that prints something, without the endpoint. */
const CALLS: Readonly<Record<CommandName, readonly string[]>> = {
  patch: ['patch', A, '--error', '3'],
  get: ['get', A],
  list: ['list'],
  watch: ['watch', A, '--until', 'success ge 0'],
  wait: ['wait', A, '--until', 'success ge 0'],
  report: ['report', '--out', PAGE],
  routes: ['routes'],
  apply: ['apply', '-', '--dry-run'],
  runs: ['runs'],
  undo: ['undo', 'last', '--dry-run'],
  login: ['login', '--client-id', 'x'],
  logout: ['logout'],
  whoami: ['whoami', '--auth', 'token'],
  doctor: ['doctor'],
  serve: ['serve', '--port', '0'],
  completion: ['completion', 'bash'],
};
const WITHOUT_ENDPOINT = ['routes', 'runs', 'login', 'logout', 'whoami', 'serve', 'completion'];
/** Commands whose call above fails. */
const FAILING = ['login', 'undo', 'whoami'];

function call(argv: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  const [name = ''] = argv;
  const target = WITHOUT_ENDPOINT.includes(name) ? [] : ['--endpoint', emulator.url];
  return runMain([...argv, ...target], {
    input: `deviceConfigurationId,error\n${A},5\n`,
    env: { GRAPH_OVERVIEW_STATE: stateFolder(), ...env },
    ...(name === 'serve' ? { signal: AbortSignal.abort() } : {}),
  });
}

/** Replaces values that differ between calls. */
const normalize = (text: string): string =>
  text
    .replaceAll(/00000000-0000-4000-8000-\d{12}/g, 'ID')
    .replaceAll(/"?(port|pid|seconds)"?:\s*[\d.]+|127\.0\.0\.1:\d+|\d+ ms/g, 'N');

const commands = Object.entries(CALLS).filter(([name]) => name !== 'completion');

describe('GRAPH_OVERVIEW_OUTPUT', () => {
  test.each(commands)('has the effect of --output for %s', async (name, argv) => {
    for (const format of name === 'serve' ? ['json', 'yaml'] : ['json', 'yaml', 'csv']) {
      const [flag, variable] = [
        await call([...argv, '-o', format]),
        await call(argv, { GRAPH_OVERVIEW_OUTPUT: format }),
      ];
      expect([variable.code, normalize(variable.stdout), normalize(variable.stderr)]).toEqual([
        FAILING.includes(name) ? expect.any(Number) : 0,
        normalize(flag.stdout),
        normalize(flag.stderr),
      ]);
    }
  });

  test.each(commands)('is overridden by --output of %s', async (_, argv) => {
    for (const wrong of ['json', 'xml']) {
      const [flag, both] = [
        await call([...argv, '-o', 'yaml']),
        await call([...argv, '-o', 'yaml'], { GRAPH_OVERVIEW_OUTPUT: wrong }),
      ];
      expect([both.code, normalize(both.stdout), normalize(both.stderr)]).toEqual([
        flag.code,
        normalize(flag.stdout),
        normalize(flag.stderr),
      ]);
    }
  });

  test.each(commands)('with an unknown format is an error of %s that names the variable', async (_, argv) => {
    const run = await call(argv, { GRAPH_OVERVIEW_OUTPUT: 'jsonn' });
    expect([run.code, run.stdout, run.stderr]).toEqual([
      2,
      '',
      'error: GRAPH_OVERVIEW_OUTPUT: "jsonn" is not one of table, wide, json, jsonl, csv, tsv, yaml, markdown, none\n' +
        'hint: did you mean json?\n',
    ]);
  });

  test.each(commands)('has no effect on %s if it is empty', async (_, argv) => {
    const [plain, empty] = [await call(argv), await call(argv, { GRAPH_OVERVIEW_OUTPUT: '' })];
    expect([empty.code, normalize(empty.stdout)]).toEqual([plain.code, normalize(plain.stdout)]);
  });

  test.each([
    ['completion', ['completion', 'bash']],
    ['--help', ['--help']],
    ['--help of a command', ['list', '--help']],
    ['--version', ['--version']],
  ])('is ignored by %s, which has no formats', async (_, argv) => {
    const plain = await runMain(argv);
    expect(plain.code).toBe(0);
    for (const format of ['json', 'csv', 'none', 'xml']) {
      const run = await runMain(argv, { env: { GRAPH_OVERVIEW_OUTPUT: format } });
      expect([run.code, run.stdout, run.stderr]).toEqual([0, plain.stdout, '']);
    }
  });

  test.each(['json', 'jsonl', 'csv', 'tsv', 'yaml', 'markdown', 'wide', 'none'])(
    'with %s is ignored by report without --out',
    async (format) => {
      const [plain, run] = [
        await call(['report']),
        await call(['report'], { GRAPH_OVERVIEW_OUTPUT: format }),
      ];
      expect([run.code, run.stdout, run.stderr]).toEqual([0, plain.stdout, '']);
      expect(plain.stdout).toMatch(/^<!doctype html>/i);
    },
  );

  test('with csv permits --excel of list, and with json does not', async () => {
    const csv = await call(['list', '--excel'], { GRAPH_OVERVIEW_OUTPUT: 'csv' });
    expect([csv.code, csv.stdout.slice(0, 22)]).toEqual([0, '\uFEFFdeviceConfigurationId']);
    expect((await call(['list', '--excel'], { GRAPH_OVERVIEW_OUTPUT: 'json' })).code).toBe(2);
  });
});
