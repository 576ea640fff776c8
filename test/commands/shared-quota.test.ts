import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { type Run, runMain, stateFolder } from '../support/run-main.ts';

const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';

/** The time at which each command starts. */
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

const clock = {
  now: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};

let server: Emulator;
let state: string;

beforeEach(async () => {
  server = await startEmulator({ clock });
  state = stateFolder();
});

afterEach(() => server.close());

function run(argv: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  const options = { now: NOW, env: { GRAPH_OVERVIEW_STATE: state, ...env } };
  return runMain([...argv, '--endpoint', server.url], options);
}

const patch = (pending: number, ...more: string[]) =>
  run(['patch', A, '--pending', String(pending), ...more]);

function quotaFile(): string {
  const [name = '', ...more] = existsSync(join(state, 'quota')) ? readdirSync(join(state, 'quota')) : [];
  expect(more).toEqual([]);
  return name === '' ? '' : join(state, 'quota', name);
}

function records(): Record<string, unknown>[] {
  const file = quotaFile();
  const lines = file === '' ? [] : readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** Applies one row. */
async function apply(env: Record<string, string> = {}): Promise<Run> {
  const file = join(dirname(state), 'rows.csv');
  writeFileSync(file, `deviceConfigurationId,pending\n${A},7\n`);
  return run(['apply', file, '--yes', '-o', 'json', '--no-verify'], env);
}

test('patch and get are recorded in the shared quota, and do not wait', async () => {
  for (let pending = 0; pending < 3; pending += 1) expect((await patch(pending)).sleeps).toEqual([]);
  await run(['get', A, '-o', 'json']);
  const use = { by: expect.any(String), at: NOW, did: 'use', count: 1 };
  expect(records()).toEqual([
    { ...use, kind: 'write' },
    { ...use, kind: 'write' },
    { ...use, kind: 'write' },
    { ...use, kind: 'read' },
  ]);
  expect(quotaFile()).toContain(`${hostname().replace(/[^\w.-]/g, '_')}~http_127.0.0.1_`);
});

test('a dry run is not recorded in the shared quota', async () => {
  await patch(1, '--dry-run');
  await run(['get', A, '--dry-run']);
  expect(records()).toEqual([]);
});

test('apply waits for slots that other processes used', async () => {
  await patch(1);
  const [used] = records();
  writeFileSync(quotaFile(), `${JSON.stringify({ ...used, count: 100 })}\n`);
  const ended = await apply();
  expect(ended.code).toBe(0);
  expect(ended.sleeps).toEqual([20_000]);
  expect(records().map(({ did, kind }) => `${did} ${kind}`)).toEqual([
    'use write',
    'take read',
    'answer read',
    'take write',
    'answer write',
  ]);
});

test('each app has its own quota, and --local records nothing', async () => {
  const token = (appid: string): string =>
    `x.${Buffer.from(JSON.stringify({ tid: 't', appid })).toString('base64url')}.x`;
  for (const app of ['one', 'two']) await run(['get', A, '--auth', 'token'], { GRAPH_TOKEN: token(app) });
  expect(
    readdirSync(join(state, 'quota'))
      .map((name) => name.split('~').slice(2).join('~'))
      .sort(),
  ).toEqual([expect.stringMatching(/^t~one\.\d+\.log$/), expect.stringMatching(/^t~two\.\d+\.log$/)]);
  const before = readdirSync(join(state, 'quota'));
  await runMain(['get', A, '--local'], { env: { GRAPH_OVERVIEW_STATE: state } });
  expect(readdirSync(join(state, 'quota'))).toEqual(before);
});

test('commands work without a shared quota if its folder cannot be created', async () => {
  mkdirSync(state);
  writeFileSync(join(state, 'quota'), 'a file');
  expect(await patch(1)).toMatchObject({ code: 0, sleeps: [] });
  const ended = await apply();
  expect(ended).toMatchObject({ code: 0, sleeps: [] });
  expect((await patch(2, '--verbose')).stderr).toContain('the quota is not shared with other processes');
});

test('a quota folder that is a link is not used, with a warning', async () => {
  mkdirSync(join(state, 'elsewhere'), { recursive: true });
  symlinkSync(join(state, 'elsewhere'), join(state, 'quota'));
  const { code, stderr } = await patch(1);
  expect([code, stderr]).toEqual([0, expect.stringContaining('warning: the quota is not shared')]);
  expect(readdirSync(join(state, 'elsewhere'))).toEqual([]);
});
