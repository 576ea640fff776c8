import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CommandName } from '../../src/commands/index.ts';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { type Run, runMain, stateFolder } from '../support/run-main.ts';

/** GRAPH_OVERVIEW_OUTPUT, for every command: as `--output` where there is one, ignored where there is none. */

const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const PAGE = join(mkdtempSync(join(tmpdir(), 'graph-overview-output-variable-')), 'report.html');
const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), sleep: async () => undefined };
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ clock });
});

afterAll(() => emulator.close());

/** A call of each command that prints something; of those that need a tenant, without the endpoint. */
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
/** Commands whose call above fails, in its own words. */
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

/** What differs from call to call. */
const settled = (text: string): string =>
  text
    .replaceAll(/00000000-0000-4000-8000-\d{12}/g, 'ID')
    .replaceAll(/"?(port|pid|seconds)"?:\s*[\d.]+|127\.0\.0\.1:\d+|\d+ ms/g, 'N');

const commands = Object.entries(CALLS).filter(([name]) => name !== 'completion');

describe('GRAPH_OVERVIEW_OUTPUT', () => {
  test.each(commands)('stands for --output of %s', async (name, argv) => {
    for (const format of name === 'serve' ? ['json', 'yaml'] : ['json', 'yaml', 'csv']) {
      const [flag, variable] = [
        await call([...argv, '-o', format]),
        await call(argv, { GRAPH_OVERVIEW_OUTPUT: format }),
      ];
      expect([variable.code, settled(variable.stdout), settled(variable.stderr)]).toEqual([
        FAILING.includes(name) ? expect.any(Number) : 0,
        settled(flag.stdout),
        settled(flag.stderr),
      ]);
    }
  });

  test.each(commands)('is overruled by --output of %s', async (_, argv) => {
    for (const wrong of ['json', 'xml']) {
      const [flag, both] = [
        await call([...argv, '-o', 'yaml']),
        await call([...argv, '-o', 'yaml'], { GRAPH_OVERVIEW_OUTPUT: wrong }),
      ];
      expect([both.code, settled(both.stdout), settled(both.stderr)]).toEqual([
        flag.code,
        settled(flag.stdout),
        settled(flag.stderr),
      ]);
    }
  });

  test.each(commands)('with a word that is not a format is an error of %s that names it', async (_, argv) => {
    const run = await call(argv, { GRAPH_OVERVIEW_OUTPUT: 'jsonn' });
    expect([run.code, run.stdout, run.stderr]).toEqual([
      2,
      '',
      'error: GRAPH_OVERVIEW_OUTPUT: "jsonn" is not one of table, wide, json, jsonl, csv, tsv, yaml, markdown, none\n' +
        'hint: did you mean json?\n',
    ]);
  });

  test.each(commands)('that is empty changes nothing of %s', async (_, argv) => {
    const [plain, empty] = [await call(argv), await call(argv, { GRAPH_OVERVIEW_OUTPUT: '' })];
    expect([empty.code, settled(empty.stdout)]).toEqual([plain.code, settled(plain.stdout)]);
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
    'as %s is ignored by report where it prints the page',
    async (format) => {
      const [plain, run] = [
        await call(['report']),
        await call(['report'], { GRAPH_OVERVIEW_OUTPUT: format }),
      ];
      expect([run.code, run.stdout, run.stderr]).toEqual([0, plain.stdout, '']);
      expect(plain.stdout).toMatch(/^<!doctype html>/i);
    },
  );

  test('does not make up for -o csv, which --excel needs', async () => {
    const csv = await call(['list', '--excel'], { GRAPH_OVERVIEW_OUTPUT: 'csv' });
    expect([csv.code, csv.stdout.slice(0, 22)]).toEqual([0, '\uFEFFdeviceConfigurationId']);
    expect((await call(['list', '--excel'], { GRAPH_OVERVIEW_OUTPUT: 'json' })).code).toBe(2);
  });
});
