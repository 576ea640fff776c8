import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse as parseCsv } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import type { CommandName } from '../../src/commands/index.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/index.ts';
import { readOutputPage } from '../support/output-page.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type Run, runMain, stateFolder } from '../support/run-main.ts';
import { recordValidator } from '../support/schemas.ts';

/** Every command in every machine format, for success, partial success and error, against the schemas and docs/output.md. */
const PAGE = readOutputPage();
const differencesFrom = recordValidator();
const FORMATS = ['json', 'jsonl', 'csv', 'tsv', 'yaml'] as const;

const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const WIFI = '5a3b1c00-0b1e-4d5a-9c3e-000000000002';
const MISSING = '5a3b1c00-0b1e-4d5a-9c3e-0000000000ff';

/** One call of a command. */
interface Scenario {
  readonly what: string;
  readonly args: readonly string[];
  /** The name of the printed record; undefined if nothing is printed. */
  readonly record?: string;
  /** Whether the output is a list of such records. */
  readonly list?: boolean;
  /** Exit code. */
  readonly code: number;
  /** The Graph: a mock one, one that ignores writes, one whose second configuration cannot be read, or none. */
  readonly graph?: 'mock' | 'keeping' | 'partial' | 'local';
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Commands that run before it, in the same state folder. */
  readonly before?: readonly (readonly string[])[];
  readonly interrupted?: boolean;
}

const folder = mkdtempSync(join(tmpdir(), 'graph-overview-output-'));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const OVERVIEW = { id: 'o', pendingCount: 1, errorCount: 2 };
const LISTING = file(
  'listing.json',
  JSON.stringify([
    { deviceConfigurationId: 'a', displayName: 'A', '@odata.type': null, overview: OVERVIEW },
    { deviceConfigurationId: 'b', displayName: null, '@odata.type': null, error: { message: 'gone' } },
  ]),
);
const ROWS = file('rows.csv', `deviceConfigurationId,error\n${A},3\n${WIFI},5\n`);
const FAILING = file('failing.csv', `deviceConfigurationId,error\n${A},3\n${MISSING},5\n`);
const WRONG = file('wrong.csv', 'deviceConfigurationId,error\na,many\nb,few\n');
const token = (claims: Record<string, unknown>): string =>
  `${['RS256', claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.signature`;
const TOKEN = token({
  aud: 'https://graph.microsoft.com',
  tid: 't',
  upn: 'admin@example.com',
  appid: 'c',
  exp: Date.UTC(2026, 0, 2, 4) / 1_000,
  scp: 'DeviceManagementConfiguration.ReadWrite.All',
});

const APPLY = ['apply', ROWS, '--yes'];

const SCENARIOS: Readonly<Record<CommandName, readonly Scenario[]>> = {
  patch: [
    { what: 'success', args: [A, '--error', '3'], record: 'overview', code: 0 },
    {
      what: 'nothing to send',
      args: [A, '--error', '3', '--if-changed'],
      record: 'overview',
      code: 0,
      before: [['patch', A, '--error', '3']],
    },
    { what: 'a difference', args: [A, '--error', '3', '--diff'], record: 'difference', code: 0 },
    { what: 'a dry run', args: [A, '--error', '3', '--dry-run'], record: 'request', code: 0 },
    {
      what: 'a dry run with a difference',
      args: [A, '--error', '3', '--dry-run', '--diff'],
      record: 'planned difference',
      code: 0,
    },
    { what: 'partial success', args: [A, '--error', '77'], record: 'overview', code: 9, graph: 'keeping' },
    {
      what: 'partial success with a difference',
      args: [A, '--error', '77', '--diff'],
      record: 'difference',
      code: 9,
      graph: 'keeping',
    },
    { what: 'an error of the service', args: [MISSING, '--error', '3'], code: 5 },
    { what: 'wrong flags', args: [A, '--error', 'x', '--failed', 'y'], code: 2 },
  ],
  get: [
    { what: 'success', args: [A], record: 'overview', code: 0 },
    { what: 'a condition', args: [A, '--fail-on', 'success gt 0'], record: 'overview', code: 12 },
    { what: 'a dry run', args: [A, '--dry-run'], record: 'request', code: 0 },
    { what: 'an error', args: [MISSING], code: 5 },
  ],
  list: [
    { what: 'success', args: [], record: 'configuration', list: true, code: 0 },
    {
      what: 'a condition',
      args: ['--fail-on', 'success gt 0'],
      record: 'configuration',
      list: true,
      code: 12,
    },
    { what: 'nothing found', args: ['--name', 'no such name'], record: 'configuration', list: true, code: 0 },
    { what: 'partial success', args: [], record: 'configuration', list: true, code: 8, graph: 'partial' },
    { what: 'an error', args: ['--where', 'bogus eq 1'], code: 2 },
  ],
  watch: [
    { what: 'success', args: [A, WIFI, '--until', 'success ge 0'], record: 'change', list: true, code: 0 },
    { what: 'an error', args: [MISSING], code: 5 },
  ],
  wait: [
    { what: 'success', args: [A, WIFI, '--until', 'success ge 0'], record: 'followed', list: true, code: 0 },
    {
      what: 'partial success',
      args: [A, '--until', 'success lt 0', '--max', '1s'],
      record: 'followed',
      list: true,
      code: 124,
    },
    { what: 'an error', args: [MISSING, '--until', 'success ge 0'], code: 5 },
  ],
  report: [
    { what: 'success', args: ['--out', join(folder, 'report.html')], record: 'report', code: 0 },
    {
      what: 'a condition',
      args: ['--out', join(folder, 'report.html'), '--fail-on', 'success gt 0'],
      record: 'report',
      code: 12,
    },
    {
      what: 'a comparison',
      args: ['--out', join(folder, 'report.html'), '--from', LISTING, '--compare', LISTING],
      record: 'report',
      code: 8,
      graph: 'local',
    },
    { what: 'an error', args: ['--from', join(folder, 'missing')], code: 2 },
  ],
  routes: [
    { what: 'success', args: [], record: 'route', list: true, code: 0, graph: 'local' },
    { what: 'an error', args: ['more'], code: 2, graph: 'local' },
  ],
  apply: [
    { what: 'success', args: [ROWS, '--yes'], record: 'summary', code: 0 },
    { what: 'a dry run', args: [ROWS, '--dry-run'], record: 'summary', code: 0 },
    { what: 'a saved plan', args: [ROWS, '--plan', join(folder, 'plan.json')], record: 'summary', code: 0 },
    { what: 'partial success', args: [FAILING, '--yes'], record: 'summary', code: 8 },
    {
      what: 'values that the service does not store',
      args: [ROWS, '--yes'],
      record: 'summary',
      code: 9,
      graph: 'keeping',
    },
    { what: 'an error', args: [WRONG, '--yes'], code: 2 },
  ],
  runs: [
    {
      what: 'success',
      args: [],
      record: 'run',
      list: true,
      code: 0,
      before: [APPLY, ['patch', A, '--error', '4', '--diff']],
      graph: 'mock',
    },
    { what: 'no runs', args: [], record: 'run', list: true, code: 0 },
    { what: 'one run', args: ['show', 'last'], record: 'run with rows', code: 0, before: [APPLY] },
    { what: 'an error', args: ['show', 'nothing'], code: 2 },
  ],
  undo: [
    { what: 'success', args: ['last', '--yes'], record: 'summary', code: 0, before: [APPLY] },
    { what: 'a dry run', args: ['last', '--dry-run'], record: 'summary', code: 0, before: [APPLY] },
    {
      what: 'partial success',
      args: ['last', '--yes'],
      record: 'summary',
      code: 11,
      before: [APPLY, ['patch', A, '--error', '9']],
    },
    { what: 'an error', args: ['nothing'], code: 2 },
  ],
  login: [{ what: 'an error', args: ['--client-id', 'x'], code: 2, graph: 'local' }],
  logout: [
    { what: 'success', args: [], record: 'sign-out', code: 0, graph: 'local' },
    { what: 'an error', args: ['more'], code: 2, graph: 'local' },
  ],
  whoami: [
    {
      what: 'success',
      args: ['--auth', 'token'],
      record: 'identity',
      code: 0,
      env: { GRAPH_TOKEN: TOKEN },
      graph: 'local',
    },
    { what: 'an error', args: ['--auth', 'token'], code: 3, graph: 'local' },
  ],
  doctor: [
    { what: 'success', args: [], record: 'check', list: true, code: 0 },
    { what: 'a write', args: ['--probe-write', A, '--yes'], record: 'check', list: true, code: 0 },
    {
      what: 'partial success',
      args: ['--endpoint', 'http://127.0.0.1:9', '--retries', '0'],
      record: 'check',
      list: true,
      code: 7,
      graph: 'local',
    },
    { what: 'an error', args: ['--cloud', 'none'], code: 2, graph: 'local' },
  ],
  serve: [
    { what: 'success', args: [], record: 'server', code: 0, graph: 'local', interrupted: true },
    { what: 'an error', args: ['--fault', 'x'], code: 2, graph: 'local' },
  ],
  // It prints a script, which has no formats.
  completion: [],
};

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), sleep: async () => undefined };
let partial: RecordingServer;
const open: Emulator[] = [];

beforeAll(async () => {
  partial = await startRecordingServer(({ path }, response) => {
    const status = path.includes('expand') ? 400 : path.includes('/b/') ? 404 : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    const value = ['a', 'b'].map((id) => ({ id, displayName: id }));
    response.end(JSON.stringify(path.includes('$select') ? { value } : OVERVIEW));
  });
});

afterAll(async () => {
  await partial.close();
  await Promise.all(open.map((one) => one.close()));
});

async function mock(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const started = await startEmulator({ clock, ...options });
  open.push(started);
  return started;
}

async function targetOf(graph: Scenario['graph'], command: string): Promise<readonly string[]> {
  if (graph === 'local' || command === 'runs') return [];
  if (graph === 'partial') return ['--endpoint', partial.url];
  const { url } = await mock(graph === 'keeping' ? { ignoreWrites: 'keep' } : {});
  return ['--endpoint', url];
}

async function run(command: string, scenario: Scenario, format: string): Promise<Run> {
  const { args, input, before = [], graph, interrupted } = scenario;
  const state = stateFolder();
  const own = await targetOf(graph, command);
  // The commands before it need a Graph, even if the command itself only reads journals.
  const target = command === 'runs' ? ['--endpoint', (await mock()).url] : own;
  for (const argv of before) {
    const made = await runMain([...argv, ...target], { env: { GRAPH_OVERVIEW_STATE: state } });
    expect([argv, made.code, made.stderr]).toEqual([argv, 0, made.stderr]);
  }
  return runMain([command, ...args, ...own, '-o', format], {
    env: { GRAPH_OVERVIEW_STATE: state, ...scenario.env },
    ...(input === undefined ? {} : { input }),
    ...(interrupted === true ? { signal: AbortSignal.abort() } : {}),
  });
}

/** The values printed in JSON, JSONL or YAML, each with the name of its record. */
function valuesOf(stdout: string, format: string, { record = '', list }: Scenario): [string, unknown][] {
  if (stdout === '') return [];
  if (format === 'jsonl') {
    const lines = stdout.trimEnd().split('\n');
    return lines.map((line) => {
      const value = JSON.parse(line);
      return [value.type === 'row' ? 'row' : record, value];
    });
  }
  const value: unknown = format === 'json' ? JSON.parse(stdout) : parseYaml(stdout);
  if (list !== true) return [[record, value]];
  expect(Array.isArray(value)).toBe(true);
  return (value as unknown[]).map((one) => [record, one]);
}

const cases = Object.entries(SCENARIOS).flatMap(([command, scenarios]) =>
  scenarios.flatMap((scenario) =>
    FORMATS.map((format) => [command, scenario.what, format, scenario] as const),
  ),
);

describe('output', () => {
  test.each(cases)('of %s (%s) in %s is as documented', async (command, _, format, scenario) => {
    const { code, stdout, stderr } = await run(command, scenario, format);
    expect([code, stderr]).toEqual([scenario.code, stderr]);
    if (scenario.record === undefined) expect(stdout).toBe('');
    else if (format === 'csv' || format === 'tsv') {
      const { columns } =
        PAGE.get(
          scenario.record === 'run with rows' || scenario.record === 'summary' ? 'row' : scenario.record,
        ) ?? {};
      const header =
        format === 'csv' ? (parseCsv(stdout) as string[][])[0] : stdout.split('\n')[0]?.split('\t');
      expect(header).toEqual(columns);
    } else {
      const values = valuesOf(stdout, format, scenario);
      expect(values.flatMap(([record, value]) => differencesFrom(record, value))).toEqual([]);
    }
    if (code === 0 || (format !== 'json' && format !== 'jsonl')) return;
    const line = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
    expect(differencesFrom('error line', line)).toEqual([]);
    expect(line.error.exitCode).toBe(code);
  });
});
