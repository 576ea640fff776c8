import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/index.ts';
import { takeLock } from '../../src/state/lock.ts';
import { ownIdentity } from '../../src/state/process-identity.ts';
import { parseLog } from '../../src/state/read-log.ts';
import { request } from '../emulator/request.ts';
import { journalText } from '../support/journal-text.ts';
import { type Run, type RunOptions, runMain } from '../support/run-main.ts';

const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const WIFI = '5a3b1c00-0b1e-4d5a-9c3e-000000000002';
const ROWS = `deviceConfigurationId,pending\n${A},1\n${WIFI},2\n`;
const PATH = `/beta/deviceManagement/deviceConfigurations/${WIFI}/deviceStatusOverview`;
const clock = {
  now: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};

let state: string;
const open: Emulator[] = [];

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function emulator(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const started = await startEmulator({ clock, ...options });
  open.push(started);
  return started;
}

function run(server: Emulator, argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runMain([...argv, '--endpoint', server.url, '-o', 'json'], {
    ...options,
    env: { GRAPH_OVERVIEW_STATE: state },
  });
}

const errorOf = ({ stderr }: Run) => JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
const journals = (): string[] => readdirSync(join(state, 'runs')).filter((name) => name.endsWith('.jsonl'));

/** A run of two rows that was killed before it started the second. */
async function halfRun(server: Emulator, more: readonly string[] = []): Promise<string> {
  const ran = await run(server, ['apply', '-', '--yes', ...more], { input: ROWS });
  expect(ran.code).toBe(0);
  const { run: name } = JSON.parse(ran.stdout);
  const file = join(state, 'runs', `${name}.jsonl`);
  const { records } = parseLog(readFileSync(file));
  const [plan, intent] = [records.findIndex(({ type }) => type === 'agreed'), 'intent'];
  const first = records.findIndex(({ type }) => type === intent);
  expect(first).toBe(plan + 1);
  // Keeps the records of the first row: an intent and a result.
  writeFileSync(file, journalText(records.slice(0, first + 2).map((record) => [record])));
  await request(server, 'PATCH', PATH, { pendingCount: 85 });
  return name;
}

const pendingNow = async (server: Emulator): Promise<unknown> =>
  (await request(server, 'GET', PATH)).json.pendingCount;

describe('the remaining row of an interrupted run', () => {
  test('does not overwrite a value that changed in the meantime, except with --force', async () => {
    const server = await emulator();
    await halfRun(server);
    await request(server, 'PATCH', PATH, { pendingCount: 77 });
    const resumed = await run(server, ['apply', '--resume', 'last']);
    expect(resumed.code).toBe(11);
    expect(errorOf(resumed).message).toBe('1 row was not written: the values have changed');
    expect(JSON.parse(resumed.stdout)).toMatchObject({ written: 1, skipped: 1 });
    expect(await pendingNow(server)).toBe(77);
    const [name = ''] = journals();
    const forced = await run(server, ['apply', '--resume', name.slice(0, 12), '--force']);
    expect([forced.code, await pendingNow(server)]).toEqual([0, 2]);
    const undone = await run(server, ['undo', name.slice(0, 12), '--yes']);
    expect(undone.stderr).toMatch(/undoing the run \S+: apply of standard input, .*, 2 rows written/);
    // The value that was replaced, not the value that the plan had read.
    expect(await pendingNow(server)).toBe(77);
  });

  test('is written with the options of the run', async () => {
    const server = await emulator({ ignoreWrites: 'echo' });
    await halfRun(server, ['--no-verify', '--rate', '50/20s']);
    // A verification would find other values than were sent.
    expect((await run(server, ['apply', '--resume', 'last'])).code).toBe(0);
  });

  test('is not written while a process of another host has the lock, except with --take-over', async () => {
    const server = await emulator();
    const name = await halfRun(server);
    await takeLock(join(state, 'runs', `${name}.lock`), name, {
      identity: { ...ownIdentity(), host: 'pod-1' },
    });
    const refused = await run(server, ['apply', '--resume', 'last']);
    expect([refused.code, errorOf(refused).hint]).toEqual([11, 'if it has ended, use `--take-over`']);
    expect((await run(server, ['apply', '--resume', 'last', '--take-over'])).code).toBe(0);
    expect((await run(server, ['apply', '--resume', 'last'])).code).toBe(2);
  });

  test('is not written from a damaged journal, and undo rejects it', async () => {
    const server = await emulator();
    const name = await halfRun(server);
    const file = join(state, 'runs', `${name}.jsonl`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"pendingCount":2}', '"pendingCount":3}'), {
      mode: 0o600,
    });
    for (const argv of [
      ['apply', '--resume', name],
      ['undo', name, '--yes'],
    ]) {
      const ended = await run(server, argv);
      expect([ended.code, errorOf(ended).message]).toEqual([
        11,
        `the journal of the run ${name} is damaged before its end`,
      ]);
    }
    const shown = await runMain(['runs', 'show', name, '-o', 'json'], {
      env: { GRAPH_OVERVIEW_STATE: state },
    });
    expect([shown.code, shown.stderr]).toEqual([0, expect.stringContaining('only its valid part is shown')]);
  });
});

test('after its --deadline apply starts no row: exit code 124, and the remaining rows can be resumed', async () => {
  const server = await emulator({ configurations: 12 });
  const { stdout } = await runMain(['list', '--endpoint', server.url, '-o', 'json']);
  const ids = JSON.parse(stdout).map((one: { deviceConfigurationId: string }) => one.deviceConfigurationId);
  const input = `deviceConfigurationId,conflict\n${ids.map((id: string) => `${id},99`).join('\n')}\n`;
  const argv = ['apply', '-', '--yes', '--rate', '5/20s', '--deadline', '25s'];
  const ended = await run(server, argv, { input });
  expect([ended.code, errorOf(ended).kind]).toEqual([124, 'deadline']);
  expect(errorOf(ended).message).toBe('the deadline passed: 2 of 12 rows remain');
  expect((await run(server, ['apply', '--resume', 'last'])).code).toBe(0);
});

test('a tenant that denies access ends the run with exit code 4', async () => {
  const server = await emulator({ faults: [{ status: 403, share: 1 }] });
  const ended = await run(server, ['apply', '-', '--yes', '--no-read'], { input: ROWS });
  expect([ended.code, errorOf(ended).kind]).toEqual([4, 'permission']);
  expect(errorOf(ended).hint).toContain('continue with `graph-overview apply --resume');
});

test('an apply that sends nothing records no run', async () => {
  const server = await emulator();
  expect((await run(server, ['apply', '-', '--yes'], { input: ROWS })).code).toBe(0);
  const again = await run(server, ['apply', '-', '--yes'], { input: ROWS });
  expect([again.code, JSON.parse(again.stdout)]).toEqual([
    0,
    expect.objectContaining({ run: null, planned: 0, unchanged: 2 }),
  ]);
  expect(journals()).toHaveLength(1);
});

test('apply --plan does not write through a link', async () => {
  const server = await emulator();
  const target = join(state, 'target.json');
  symlinkSync(target, join(state, 'plan.json'));
  const ended = await run(server, ['apply', '-', '--plan', join(state, 'plan.json')], { input: ROWS });
  expect([ended.code, errorOf(ended).message]).toEqual([2, expect.stringContaining('is a link')]);
  expect(readdirSync(state)).not.toContain('target.json');
});
