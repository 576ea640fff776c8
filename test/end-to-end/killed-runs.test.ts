import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BINARY, cleanEnvironment, runBinary } from '../support/binary.ts';

/** `KILLS=50 SEED=7 npm test -- killed` makes more rounds, or repeats those of a seed. */
const KILLS = Number(process.env.KILLS ?? 6);
const SEED = Number(process.env.SEED ?? Date.now() % 100_000);

const ROWS = 160;
const env = cleanEnvironment();
const home = env.HOME ?? '';
const log = join(home, 'log.jsonl');

let server: ChildProcess;
let url: string;
let ids: string[];
let random = SEED;

/** The generator of Park and Miller: the same times for the same seed. */
function next(): number {
  random = (random * 48_271) % 2_147_483_647;
  return random / 2_147_483_647;
}

beforeAll(async () => {
  const args = ['serve', '--configurations', '300', '--latency', '15ms', '--log', log, '-o', 'json'];
  server = spawn(process.execPath, [BINARY, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve) =>
    server.stdout?.setEncoding('utf8').once('data', resolve),
  );
  url = JSON.parse(line).url;
  const { stdout } = await runBinary(
    ['list', '--endpoint', url, '-o', 'tsv', '--query', '[].deviceConfigurationId'],
    { env },
  );
  ids = stdout.trim().split('\n').slice(0, ROWS);
});

afterAll(() => {
  server.kill('SIGKILL');
});

interface Logged {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: { readonly conflictCount?: number } | null;
}

/** Every PATCH that reached the server, since `from`. */
function patches(from = 0): Logged[] {
  const entries = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .slice(from)
    .map((line) => JSON.parse(line) as Logged);
  return entries.filter(({ method }) => method === 'PATCH');
}

const logged = (): number => readFileSync(log, 'utf8').trim().split('\n').length;

function journalOf(run: string): {
  type: string;
  index: number;
  indexes?: number[];
  status?: string;
  record?: { deviceConfigurationId: string };
}[] {
  const text = readFileSync(join(env.GRAPH_OVERVIEW_STATE ?? '', 'runs', `${run}.jsonl`), 'utf8');
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

function linesOf(run: string): number {
  return (
    readFileSync(join(env.GRAPH_OVERVIEW_STATE ?? '', 'runs', `${run}.jsonl`), 'utf8').split('\n').length - 1
  );
}

function newRun(before: ReadonlySet<string>): string | undefined {
  const folder = join(env.GRAPH_OVERVIEW_STATE ?? '', 'runs');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];
  return names.find((name) => !before.has(name))?.replace('.jsonl', '');
}

function journals(): Set<string> {
  const folder = join(env.GRAPH_OVERVIEW_STATE ?? '', 'runs');
  return new Set(existsSync(folder) ? readdirSync(folder) : []);
}

/**
 * Starts the program and kills it as soon as its journal has this number of lines: a time that depends on the work, not
 * on the speed of the machine. Which requests are in progress at that time is still random.
 */
function killedAt(args: readonly string[], runOf: () => string | undefined, lines: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [BINARY, ...args], { env, stdio: 'ignore' });
    const timer = setInterval(() => {
      const run = runOf();
      if (run !== undefined && linesOf(run) >= lines) child.kill('SIGKILL');
    }, 1);
    child.on('close', () => {
      clearInterval(timer);
      resolve();
    });
  });
}

/** The first line is the run, followed by a line for each row of the plan. */
const PLANNED = 1 + ROWS;

const RATE = ['--rate', '2000/1s', '--endpoint'];

describe(`runs killed at random times (seed ${SEED})`, () => {
  test(
    `${KILLS} runs are resumed to their end, with every row written, and no row again that has a result`,
    async () => {
      let resumed = 0;
      for (let round = 0; round < KILLS; round += 1) {
        const file = join(home, `round-${round}.csv`);
        const value = 1_000 + round;
        writeFileSync(
          file,
          `deviceConfigurationId,conflict\n${ids.map((id) => `${id},${value}`).join('\n')}\n`,
        );
        const before = journals();
        const start = logged();
        const lines = Math.floor(PLANNED * 0.9 + next() * ROWS);
        await killedAt(['apply', file, '--yes', ...RATE, url], () => newRun(before), lines);
        const run = newRun(before);
        if (run === undefined || !journalOf(run).some(({ type }) => type === 'agreed')) continue;
        // The first attempt to resume is killed too.
        const known: { readonly until: number; readonly ids: ReadonlySet<string> }[] = [];
        for (let attempt = 0; attempt < 2; attempt += 1) {
          const entries = journalOf(run);
          const planned = new Map(
            entries.filter(({ type }) => type === 'plan').map(({ index, record }) => [index, record]),
          );
          const written = entries.filter(({ type, status }) => type === 'result' && status === 'written');
          known.push({
            until: logged(),
            ids: new Set(written.map(({ index }) => planned.get(index)?.deviceConfigurationId ?? '')),
          });
          const more = linesOf(run) + Math.floor(next() * ROWS * 0.5);
          if (attempt === 0) await killedAt(['apply', '--resume', run, ...RATE, url], () => run, more);
        }
        const ended = await runBinary(['apply', '--resume', run, ...RATE, url, '-o', 'json'], { env });
        expect([ended.code, ended.stderr]).toEqual([0, '']);
        const summary = JSON.parse(ended.stdout);
        expect(summary.rows.filter(({ status }: { status: string }) => status === 'written')).toHaveLength(
          ROWS,
        );
        const sent = patches(start).filter(
          ({ body, status }) => body?.conflictCount === value && status === 200,
        );
        for (const id of ids) expect(sent.some(({ path }) => path.includes(id))).toBe(true);
        for (const { until, ids: done } of known) {
          const after = patches(until).filter(({ body }) => body?.conflictCount === value);
          expect(after.filter(({ path }) => [...done].some((id) => path.includes(id)))).toEqual([]);
        }
        resumed += 1;
      }
      expect(resumed).toBeGreaterThan(KILLS / 2);
    },
    KILLS * 20_000,
  );

  test('are not resumed while another process is working on them', async () => {
    const file = join(home, 'two.csv');
    writeFileSync(file, `deviceConfigurationId,conflict\n${ids.map((id) => `${id},77`).join('\n')}\n`);
    const before = journals();
    const first = spawn(
      process.execPath,
      [BINARY, 'apply', file, '--yes', '--rate', '10/1s', '--endpoint', url],
      { env, stdio: 'ignore' },
    );
    let run: string | undefined;
    while (run === undefined || !journalOf(run).some(({ type }) => type === 'intent')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      run = newRun(before);
    }
    const second = await runBinary(['apply', '--resume', run, '--endpoint', url, '-o', 'json'], { env });
    expect(second.code).toBe(11);
    expect(JSON.parse(second.stderr).error.message).toContain(
      `another process (${first.pid}) is working on the run`,
    );
    // Ctrl-C completes the requests in progress.
    const ended = new Promise<number | null>((resolve) => first.on('close', resolve));
    first.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(journalOf(run).at(-1)).toMatchObject({ type: 'end', interrupted: true });
    const done = await runBinary(['apply', '--resume', run, ...RATE, url, '-o', 'json'], { env });
    expect(done.code).toBe(0);
    expect(patches().filter(({ body, status }) => body?.conflictCount === 77 && status === 200)).toHaveLength(
      ROWS,
    );
  }, 60_000);

  test('report every row once if they are interrupted', async () => {
    const file = join(home, 'once.csv');
    writeFileSync(file, `deviceConfigurationId,conflict\n${ids.map((id) => `${id},78`).join('\n')}\n`);
    const before = journals();
    const child = spawn(
      process.execPath,
      [BINARY, 'apply', file, '--yes', '--rate', '10/1s', '--endpoint', url, '-o', 'jsonl'],
      { env, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (part) => (stdout += part));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    let run: string | undefined;
    while (run === undefined || !journalOf(run).some(({ type }) => type === 'result')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      run = newRun(before);
    }
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const rows = records.filter(({ type }) => type === 'row');
    expect(rows.map(({ line }) => line).sort((one, other) => one - other)).toEqual(
      Array.from({ length: ROWS }, (_, index) => index + 2),
    );
    const skipped = rows.filter(({ status }) => status === 'skipped').length;
    expect(records.at(-1)).toMatchObject({ type: 'summary', skipped, written: ROWS - skipped });
  }, 60_000);
});
