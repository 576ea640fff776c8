import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Emulator, EmulatorOptions } from '../../src/emulator/index.ts';
import { BINARY, cleanEnvironment, runBinary } from '../support/binary.ts';
import { stateFolder } from '../support/run-main.ts';
import { request } from './request.ts';
import { start as startMock } from './start.ts';

const OVERVIEW =
  '/beta/deviceManagement/deviceConfigurations/5a3b1c00-0b1e-4d5a-9c3e-000000000001/deviceStatusOverview';
const clock = { now: () => 0, sleep: async () => undefined };

function start(stateFile: string, options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  return startMock({ clock, stateFile, ...options });
}

describe('a state file', () => {
  test('keeps writes between starts, and is readable only by its owner', async () => {
    const file = join(stateFolder(), 'tenant.jsonl');
    await request(await start(file), 'PATCH', OVERVIEW, { pendingCount: 5 });
    await request(await start(file), 'PATCH', OVERVIEW, { failedCount: 6 });
    const { json } = await request(await start(file), 'GET', OVERVIEW);
    expect(json).toMatchObject({ pendingCount: 5, failedCount: 6, successCount: 4811 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('shares writes between two servers', async () => {
    const file = join(stateFolder(), 'tenant.jsonl');
    const [one, two] = [await start(file), await start(file)];
    await request(one, 'PATCH', OVERVIEW, { pendingCount: 1 });
    expect((await request(two, 'GET', OVERVIEW)).json.pendingCount).toBe(1);
    const writes = Array.from({ length: 50 }, (_, index) =>
      request(
        index % 2 === 0 ? one : two,
        'PATCH',
        OVERVIEW,
        index % 2 === 0 ? { pendingCount: index } : { failedCount: index },
      ),
    );
    await Promise.all(writes);
    const [left, right] = [await request(one, 'GET', OVERVIEW), await request(two, 'GET', OVERVIEW)];
    const plain = ({ '@odata.context': _, ...entity }: Record<string, unknown>) => entity;
    expect(plain(left.json)).toEqual(plain(right.json));
  });

  test('does not mix the answers of simultaneous writes', async () => {
    const file = join(stateFolder(), 'tenant.jsonl');
    const servers = [await start(file), await start(file)] as const;
    const sent = Array.from({ length: 40 }, (_, index) => index);
    const answers = await Promise.all(
      sent.map((count) =>
        request(count % 2 === 0 ? servers[0] : servers[1], 'PATCH', OVERVIEW, { pendingCount: count }),
      ),
    );
    expect(answers.map(({ json }) => json.pendingCount)).toEqual(sent);
  });

  test('can have an incomplete line of a killed process', async () => {
    const file = join(stateFolder(), 'tenant.jsonl');
    const first = await start(file);
    await request(first, 'PATCH', OVERVIEW, { pendingCount: 5 });
    appendFileSync(file, '\n{"id":"5a3b1c00-0b1e-4d5a-9c3e-000000000001","set":{"pendingCou');
    await request(first, 'PATCH', OVERVIEW, { failedCount: 6 });
    expect((await request(await start(file), 'GET', OVERVIEW)).json).toMatchObject({
      pendingCount: 5,
      failedCount: 6,
    });
  });

  test('belongs to one tenant', async () => {
    const file = join(stateFolder(), 'tenant.jsonl');
    await start(file);
    await expect(start(file, { configurations: 50 })).rejects.toThrow(
      'belongs to the tenant sample, not to generated-50',
    );
  });

  (process.platform === 'win32' ? test.skip : test)('is not kept in a pipe', async () => {
    const folder = stateFolder();
    mkdirSync(folder);
    execFileSync('mkfifo', [join(folder, 'x')]);
    await expect(start(join(folder, 'x'))).rejects.toThrow('(not a file)');
  });

  test('can have lines that are ignored', async () => {
    const folder = stateFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'x'), 'null\n5\n{"id":5}\n{"id":"none","set":{}}\n');
    expect((await request(await start(join(folder, 'x')), 'GET', OVERVIEW)).status).toBe(200);
  });

  test.each([
    { pendingCount: '5' },
    { pendingCount: 1.5 },
    { pendingCount: null },
    { lastUpdateDateTime: 'yesterday' },
    { id: 'other' },
    { other: 1 },
    [{ pendingCount: 5 }],
    null,
  ])('can have a change that no PATCH has made, which is ignored: %j', async (set) => {
    const folder = stateFolder();
    mkdirSync(folder);
    const id = OVERVIEW.split('/').at(-2);
    const lines = [
      { id, set: { pendingCount: 77 } },
      { id, set },
      { id, set: { failedCount: 6 } },
    ];
    writeFileSync(join(folder, 'x'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { json } = await request(await start(join(folder, 'x')), 'GET', OVERVIEW);
    expect(json).toMatchObject({ pendingCount: 77, failedCount: 6 });
    expect([json.id, json.other]).not.toContain('other');
  });
});

test('a server that is killed keeps every write that was answered', async () => {
  const env = cleanEnvironment();
  const state = join(env.GRAPH_OVERVIEW_STATE ?? '', 'serve.jsonl');
  const server = spawn(process.execPath, [BINARY, 'serve', '--state', state, '-o', 'json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) =>
    server.stdout.setEncoding('utf8').once('data', resolve),
  );
  const url = JSON.parse(line).url as string;
  let answered = 0;
  try {
    for (let count = 1; count <= 400; count += 1) {
      if (count === 200) server.kill('SIGKILL');
      await request({ url }, 'PATCH', OVERVIEW, { pendingCount: count });
      answered = count;
    }
  } catch {
    // The server was killed, as intended.
  }
  expect(answered).toBeGreaterThanOrEqual(199);
  expect(answered).toBeLessThan(400);
  const { json } = await request(await start(state), 'GET', OVERVIEW);
  expect(json.pendingCount).toBeGreaterThanOrEqual(answered);
});

describe('--local', () => {
  test('keeps the writes of simultaneous commands', async () => {
    const env = cleanEnvironment();
    const id = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
    const ended = await Promise.all(
      ['pending', 'failed', 'error', 'conflict'].map((flag) =>
        runBinary(['patch', id, `--${flag}`, '77', '--local'], { env }),
      ),
    );
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const { stdout } = await runBinary(['get', id, '--local', '-o', 'json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({
      pendingCount: 77,
      failedCount: 77,
      errorCount: 77,
      conflictCount: 77,
    });
  });

  test('works without a writable state folder, with a warning', async () => {
    const folder = stateFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'local'), 'in the way');
    chmodSync(folder, 0o500);
    const env = { ...cleanEnvironment(), GRAPH_OVERVIEW_STATE: folder };
    const { code, stderr } = await runBinary(
      ['get', '5a3b1c00-0b1e-4d5a-9c3e-000000000001', '--local', '-q'],
      { env },
    );
    expect(code).toBe(0);
    expect(stderr).toContain('cannot be stored');
    expect(readFileSync(join(folder, 'local'), 'utf8')).toBe('in the way');
  });
});
