import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BINARY, cleanEnvironment, runBinary } from '../support/binary.ts';
import { isPatch, type RawServer, startRawServer } from '../support/raw-server.ts';
import { startAtTerminal } from './pseudo-terminal.ts';

/**
 * A command ends within a second of the first signal. On a loaded machine it can take several; without the signal it would
 * wait for at least 20 s, or forever.
 */
const LONGEST = 10_000;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

type Signal = keyof typeof EXIT_CODES;

/** Accepts connections and never answers. */
let silent: Server;
let port: number;
const sockets = new Set<Socket>();

beforeAll(async () => {
  silent = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  port = (silent.address() as { port: number }).port;
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
});

interface Interrupted {
  /** The exit code as in a shell. */
  readonly code: number;
  /** Milliseconds from the signal to the end. */
  readonly took: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Start {
  readonly env?: Record<string, string>;
  readonly signal?: Signal;
  /** Resolves when the command waits for something that never happens; `listens` resolves when it handles signals. */
  readonly waits?: (listens: Promise<void>) => Promise<unknown>;
}

/** Interrupts a command when it waits, and returns how it ended. */
async function interrupted(
  args: readonly string[],
  { env = cleanEnvironment(), signal = 'SIGINT', waits = connected }: Start = {},
): Promise<Interrupted> {
  const ready = waits === connected ? connected() : undefined;
  const listening = reportsListening(env);
  const child = spawn(process.execPath, [BINARY, ...args], {
    env: listening.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lost = setTimeout(() => child.kill('SIGKILL'), 25_000);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (part) => (stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part) => (stderr += part));
  const ended = new Promise<number>((resolve) =>
    child.on('exit', (code, killed) => resolve(code ?? EXIT_CODES[killed as Signal] ?? -1)),
  );
  const closed = new Promise((resolve) => child.on('close', resolve));
  await (ready ?? waits(listening.on(child)));
  const began = Date.now();
  child.kill(signal);
  const code = await ended;
  const took = Date.now() - began;
  clearTimeout(lost);
  await closed;
  return { code, took, stdout, stderr };
}

/** Resolves at the next connection to the silent server. */
function connected(): Promise<unknown> {
  return new Promise((resolve) => silent.once('connection', resolve));
}

/** An environment in which the program reports, with a file, that it handles both signals. */
function reportsListening(env: Record<string, string>) {
  const reported = join(env.HOME ?? '', 'listens');
  const script = `${reported}.cjs`;
  writeFileSync(
    script,
    `process.on('newListener', (name) => name === 'SIGTERM' && require('node:fs').writeFileSync(${JSON.stringify(reported)}, ''));`,
  );
  return {
    env: { ...env, NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --require ${script}` },
    async on(child: ChildProcess): Promise<void> {
      while (!existsSync(reported) && child.exitCode === null && child.signalCode === null) await sleep(20);
    },
  };
}

/**
 * Some time after the program handles signals, where what it waits for cannot be observed. On a loaded machine the signal
 * can come before the wait, and ends the command in the same way. Such tests run in parallel.
 */
async function later(listens: Promise<void>): Promise<void> {
  await listens;
  await sleep(1_500);
}

function expectInterrupted({ code, took, stderr }: Interrupted, signal: Signal = 'SIGINT'): void {
  expect(stderr).toContain(`interrupted by ${signal}`);
  expect(code).toBe(EXIT_CODES[signal]);
  expect(took).toBeLessThan(LONGEST);
}

const silentGraph = (): string[] => ['--endpoint', `http://127.0.0.1:${port}`];

/** An environment of a client secret for an authority that accepts connections and does not answer. */
function secretOf(): Record<string, string> {
  return {
    ...cleanEnvironment(),
    AZURE_TENANT_ID: '7a6f2c1e-3f57-4d0c-9f0e-5b1d6a2c8e90',
    AZURE_CLIENT_ID: '7a6f2c1e-3f57-4d0c-9f0e-5b1d6a2c8e91',
    AZURE_CLIENT_SECRET: 'a-secret-of-nobody',
    AZURE_AUTHORITY_HOST: `https://127.0.0.1:${port}`,
  };
}

function rowsFile(env: Record<string, string>, count: number): string {
  const file = join(env.HOME ?? '', 'rows.csv');
  const rows = Array.from({ length: count }, (_, index) => `row-${index},77\n`);
  writeFileSync(file, `deviceConfigurationId,pending\n${rows.join('')}`);
  return file;
}

describe('a signal ends a command that waits for a server:', () => {
  test.each<[string, Signal, string[]]>([
    ['get', 'SIGINT', ['get', 'id:a']],
    ['get', 'SIGTERM', ['get', 'id:a']],
    ['patch', 'SIGTERM', ['patch', 'id:a', '--pending', '1']],
    ['list', 'SIGINT', ['list']],
    ['report', 'SIGINT', ['report']],
    ['doctor', 'SIGINT', ['doctor']],
    ['watch', 'SIGINT', ['watch', 'id:a']],
    ['wait', 'SIGTERM', ['wait', 'id:a', '--until', 'pending eq 0']],
  ])('%s, %s', async (_, signal, args) => {
    expectInterrupted(await interrupted([...args, ...silentGraph()], { signal }), signal);
  });

  test('apply during its plan', async () => {
    const env = cleanEnvironment();
    const args = ['apply', rowsFile(env, 5), '--yes', ...silentGraph()];
    expectInterrupted(await interrupted(args, { env }));
  });

  test.each(['get a', 'apply'])('%s, with a proxy that does not open the tunnel', async (line) => {
    const env = { ...cleanEnvironment(), HTTPS_PROXY: `http://127.0.0.1:${port}`, GRAPH_TOKEN: 'opaque' };
    const args = line === 'apply' ? ['apply', rowsFile(env, 5), '--yes'] : line.split(' ');
    expectInterrupted(await interrupted(args, { env }));
  });

  test.each(['get a', 'apply', 'whoami', 'doctor'])(
    '%s, with an authority that does not answer',
    async (line) => {
      const env = secretOf();
      const args = line === 'apply' ? ['apply', rowsFile(env, 5), '--yes'] : line.split(' ');
      expectInterrupted(await interrupted([...args, '--auth', 'client-secret'], { env }));
    },
  );

  test('login --device-code', async () => {
    expectInterrupted(await interrupted(['login', '--device-code'], { env: secretOf() }));
  });
});

describe('a signal ends a command that waits for', () => {
  test.concurrent('a sign-in in the browser', async () => {
    const env = { ...secretOf(), BROWSER: 'true' };
    expectInterrupted(await interrupted(['login'], { env, waits: later }));
  });

  test.concurrent('the Azure CLI', async () => {
    const env = cleanEnvironment();
    const tools = join(env.HOME ?? '', 'tools');
    const started = join(env.HOME ?? '', 'started');
    mkdirSync(tools);
    writeFileSync(join(tools, 'az'), `#!/bin/sh\necho > ${started}\nexec sleep 20\n`);
    chmodSync(join(tools, 'az'), 0o755);
    env.PATH = `${tools}:${env.PATH}`;
    const result = await interrupted(['get', 'id:a', '--auth', 'azure-cli'], { env, waits: later });
    expectInterrupted(result);
  });

  test.concurrent.each([
    [['patch', 'id:a', '--body', '-', '--local']],
    [['apply', '-', '--yes', '--local']],
    [['report', '--from', '-']],
  ])('standard input, %j', async (args) => {
    expectInterrupted(await interrupted(args, { waits: later }));
  });

  test.concurrent.each([
    [['patch', 'id:a', '--local', '--body']],
    [['apply', '--yes', '--local']],
    [['report', '--from']],
  ])('a named pipe without a writer, %j', async (args) => {
    const env = cleanEnvironment();
    const pipe = join(env.HOME ?? '', 'pipe');
    execFileSync('mkfifo', [pipe]);
    expectInterrupted(await interrupted([...args, pipe], { env, waits: later }));
  });

  test.concurrent('a thread of Node that waits for a system call, such as name resolution', async () => {
    const env: Record<string, string> = { ...cleanEnvironment(), GRAPH_TOKEN: 'opaque' };
    const pipe = join(env.HOME ?? '', 'pipe');
    execFileSync('mkfifo', [pipe]);
    const script = join(env.HOME ?? '', 'preload.cjs');
    writeFileSync(
      script,
      `require('node:dns').lookup = () => require('node:fs').open(${JSON.stringify(pipe)}, () => undefined);`,
    );
    env.NODE_OPTIONS = `--require ${script}`;
    expectInterrupted(await interrupted(['get', 'id:a', '-o', 'json'], { env, waits: later }));
  });

  test.concurrent('requests (serve) or the next check (watch and wait)', async () => {
    const server = await startRawServer();
    server.matches = () => false;
    const to = ['--endpoint', server.url];
    const results = await Promise.all([
      interrupted(['watch', 'id:a', ...to], { waits: later }),
      interrupted(['wait', 'id:a', '--until', 'pending eq 0', ...to], { waits: later, signal: 'SIGTERM' }),
      interrupted(['serve'], { waits: later }),
    ]);
    await server.close();
    expect(results.map(({ code }) => code)).toEqual([130, 143, 130]);
    for (const { took } of results) expect(took).toBeLessThan(LONGEST);
  });

  test.concurrent('a confirmation', async () => {
    const env = cleanEnvironment();
    const file = join(env.HOME ?? '', 'rows.csv');
    writeFileSync(file, 'deviceConfigurationId,pending\n5a3b1c00-0b1e-4d5a-9c3e-000000000001,77\n');
    const terminal = startAtTerminal(['apply', file, '--local'], { env });
    await terminal.shows('[y/N]');
    const began = Date.now();
    process.kill(await terminal.pid(), 'SIGTERM');
    const screen = await terminal.end();
    expect(screen).toContain('interrupted by SIGTERM');
    expect(screen).toContain('CODE 143');
    expect(Date.now() - began).toBeLessThan(LONGEST);
  });
});

describe('apply that is interrupted during requests', () => {
  let server: RawServer;
  beforeAll(async () => {
    server = await startRawServer();
  });
  afterAll(() => server.close());

  test('ends with a hint to resume, and apply --resume reads rows before it sends them again', async () => {
    const env = cleanEnvironment();
    const to = ['--endpoint', server.url];
    server.stored = { pendingCount: 1 };
    const file = rowsFile(env, 3);
    // The first row is stored, and its request is not answered.
    let hangs: () => void = () => undefined;
    const inProgress = new Promise<void>((resolve) => {
      hangs = resolve;
    });
    server.matches = isPatch;
    server.broken = () => {
      server.stored = { pendingCount: 77 };
      hangs();
    };
    const result = await interrupted(['apply', file, '--yes', '-o', 'json', ...to], {
      env,
      waits: () => inProgress,
    });
    expect(result.code).toBe(130);
    expect(result.took).toBeLessThan(LONGEST);
    const { error } = JSON.parse(result.stderr.trim().split('\n').at(-1) ?? '');
    expect(error.message).toBe('interrupted: 3 of 3 rows remain (1 of them sent, without an answer)');
    const summary = JSON.parse(result.stdout);
    expect(error.hint).toBe(
      `continue with \`graph-overview apply --resume ${summary.run} --endpoint ${server.url}\``,
    );
    expect(summary).toMatchObject({ planned: 3, written: 0, failed: 0, skipped: 3 });
    expect(summary.rows.map((row: { error: unknown }) => row.error !== null)).toEqual([true, false, false]);
    expect(server.requests).toHaveLength(1);
    server.matches = () => false;
    const resumed = await runBinary(['apply', '--resume', summary.run, '-o', 'json', ...to], { env });
    expect([resumed.code, resumed.stderr]).toEqual([0, '']);
    const { rows } = JSON.parse(resumed.stdout);
    // This server has one overview for all ids, so rows that were not sent are found as written.
    const statuses = rows.map(({ status }: { status: string }) => status);
    expect(statuses).toEqual(['written', 'unchanged', 'unchanged']);
  });

  test('completes a request that ends within the grace period', async () => {
    const env = cleanEnvironment();
    server.stored = { pendingCount: 1 };
    let hangs: (answer: () => void) => void = () => undefined;
    const inProgress = new Promise<() => void>((resolve) => {
      hangs = resolve;
    });
    server.matches = isPatch;
    server.broken = (socket) =>
      hangs(() =>
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 19\r\nConnection: close\r\n\r\n{"pendingCount":77}'),
      );
    const result = await interrupted(
      ['apply', rowsFile(env, 2), '--yes', '-o', 'json', '--endpoint', server.url],
      {
        env,
        waits: async (child) => {
          const answer = await inProgress;
          setTimeout(answer, 100);
          return child;
        },
      },
    );
    expect(result.code).toBe(130);
    expect(JSON.parse(result.stdout)).toMatchObject({ planned: 2, written: 1, skipped: 1 });
  });

  test('ends during a wait for the quota', async () => {
    const env = cleanEnvironment();
    server.stored = { pendingCount: 1 };
    server.matches = isPatch;
    let throttles: () => void = () => undefined;
    const throttled = new Promise<void>((resolve) => {
      throttles = resolve;
    });
    server.broken = (socket) => {
      socket.end(
        'HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
      );
      // Time to read the answer.
      setTimeout(throttles, 200);
    };
    const result = await interrupted(
      ['apply', rowsFile(env, 3), '--yes', '-o', 'json', '--endpoint', server.url],
      { env, waits: () => throttled },
    );
    expect(result.code).toBe(130);
    expect(result.took).toBeLessThan(LONGEST);
    const { error } = JSON.parse(result.stderr.trim().split('\n').at(-1) ?? '');
    expect(error.message).toBe('interrupted: 3 of 3 rows remain');
  });
});
