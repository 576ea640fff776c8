import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BINARY, cleanEnvironment, type Ended, runBinary } from '../support/binary.ts';

/** In another process namespace, as in a container that shares the state folder. */
const UNSHARE = ['--pid', '--fork', '--mount-proc', '--kill-child=KILL'];
const inNamespace = spawnSync('unshare', [...UNSHARE, 'true']).status === 0 ? test : test.skip;

const ROWS = 12;
const FIRST = 5;

const env = cleanEnvironment();
const log = join(env.HOME ?? '', 'log.jsonl');
const file = join(env.HOME ?? '', 'rows.csv');
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  const args = ['serve', '--configurations', '30', '--log', log, '-o', 'json'];
  server = spawn(process.execPath, [BINARY, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(server.stdout?.setEncoding('utf8') as NodeJS.ReadableStream, 'data');
  url = JSON.parse(line).url;
  const query = ['--query', '[].deviceConfigurationId', '-o', 'tsv'];
  const { stdout } = await runBinary(['list', '--endpoint', url, ...query], { env });
  const ids = stdout.trim().split('\n').slice(0, ROWS);
  writeFileSync(file, ['deviceConfigurationId,conflictCount', ...ids.map((id) => `${id},4711`)].join('\n'));
});

afterAll(() => {
  server.kill('SIGKILL');
});

/** The number of writes to each path. */
function writes(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of readFileSync(log, 'utf8').trim().split('\n')) {
    const { method, path } = JSON.parse(line);
    if (method === 'PATCH') counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
}

function results(): number {
  const folder = join(env.GRAPH_OVERVIEW_STATE ?? '', 'runs');
  const [name] = existsSync(folder) ? readdirSync(folder).filter((one) => one.endsWith('.jsonl')) : [];
  return name === undefined
    ? 0
    : readFileSync(join(folder, name), 'utf8').split('"type":"result"').length - 1;
}

function resume(...args: readonly string[]): Promise<Ended> {
  return runBinary(['apply', '--resume', 'last', '--endpoint', url, '-o', 'json', ...args], { env });
}

inNamespace('a run of another process namespace is resumed only with --take-over', async () => {
  // The quota allows five rows, and the others wait for minutes.
  const apply = ['apply', file, '--yes', '--rate', `${FIRST}/10m`, '--endpoint', url, '-o', 'none'];
  const other = spawn('unshare', [...UNSHARE, process.execPath, BINARY, ...apply], { env, stdio: 'ignore' });
  try {
    for (let tries = 0; results() < FIRST && tries < 300; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(results()).toBe(FIRST);
    const refused = { kind: 'refused', hint: expect.stringContaining('--take-over') };
    const alive = await resume();
    expect([alive.code, JSON.parse(alive.stderr).error]).toMatchObject([11, refused]);
    other.kill('SIGKILL');
    await once(other, 'exit');
    const dead = await resume();
    expect([dead.code, JSON.parse(dead.stderr).error]).toMatchObject([11, refused]);
  } finally {
    other.kill('SIGKILL');
  }
  const { code, stdout } = await resume('--take-over', '--rate', '1000/10m');
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { written: ROWS, failed: 0 }]);
  const counts = writes();
  expect(counts.size).toBe(ROWS);
  expect([...counts.values()].every((count) => count === 1)).toBe(true);
});
