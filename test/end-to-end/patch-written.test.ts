import { spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BINARY, cleanEnvironment, type Ended, endOf, runBinary } from '../support/binary.ts';
import {
  type Behaviour,
  BROKEN,
  isPatch,
  type RawServer,
  SILENT,
  startRawServer,
} from '../support/raw-server.ts';
import { runMain } from '../support/run-main.ts';

let server: RawServer;

beforeAll(async () => {
  server = await startRawServer();
});
beforeEach(() => {
  server.stored = { pendingCount: 1, failedCount: 2 };
  server.matches = isPatch;
  server.requests.length = 0;
});
afterAll(() => server.close());

/** The compared members of an error line. */
interface ErrorLine {
  readonly kind: string;
  readonly message: string;
  readonly exitCode: number;
  readonly hint: string | null;
  readonly written?: string;
  readonly differences?: unknown;
}

function errorOf({ stderr }: Pick<Ended, 'stderr'>): ErrorLine {
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
}

/** Patches at the server, or at another endpoint; in this process, unless `run` starts another one. */
function patch(
  args: readonly string[] = [],
  env = cleanEnvironment(),
  run: (
    args: readonly string[],
    options: { readonly env: Record<string, string> },
  ) => Promise<Ended> = runMain,
): Promise<Ended> {
  const to = args.includes('--endpoint') ? [] : ['--endpoint', server.url];
  return run(['patch', 'id:a', '--pending', '9', '--retries', '0', '-o', 'json', ...to, ...args], { env });
}

/** An answer with this status and body. */
function answer(status: number, body = ''): Behaviour {
  const head = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close`;
  return (socket) => socket.end(`HTTP/1.1 ${status} Status\r\n${head}\r\n\r\n${body}`);
}

const problem = '{"error":{"code":"Code","message":"Words."}}';

describe('the member written after the answer to the PATCH', () => {
  test.each<[string, Behaviour, number, string, 'no' | 'unknown']>([
    ['a redirect', answer(302), 1, 'graph', 'no'],
    ['400', answer(400, problem), 1, 'graph', 'no'],
    ['401', answer(401, problem), 3, 'sign-in', 'no'],
    ['403', answer(403, problem), 4, 'permission', 'no'],
    ['404', answer(404, problem), 5, 'not-found', 'no'],
    ['409', answer(409, problem), 1, 'graph', 'no'],
    ['429', answer(429, problem), 6, 'throttled', 'no'],
    ['501', answer(501, problem), 1, 'graph', 'no'],
    ['503', answer(503, problem), 6, 'throttled', 'no'],
    ['500', answer(500, problem), 1, 'graph', 'unknown'],
    ['502', answer(502), 6, 'throttled', 'unknown'],
    ['504', answer(504), 6, 'throttled', 'unknown'],
    ['200 with a page', answer(200, '<html><title>Sign in</title></html>'), 7, 'network', 'unknown'],
    ['101', BROKEN['101 and a closed connection'] as Behaviour, 7, 'network', 'unknown'],
    ['an incomplete head', BROKEN['an incomplete head'] as Behaviour, 7, 'network', 'unknown'],
    ['an incomplete body', BROKEN['an incomplete body'] as Behaviour, 7, 'network', 'unknown'],
    ['a closed connection', BROKEN['a closed connection'] as Behaviour, 7, 'network', 'unknown'],
    ['garbage', BROKEN.garbage as Behaviour, 7, 'network', 'unknown'],
    ['no answer', SILENT.nothing as Behaviour, 7, 'network', 'unknown'],
    ['only 100', BROKEN['an unexpected 100'] as Behaviour, 7, 'network', 'unknown'],
  ])('for %s', async (_, behaviour, exitCode, kind, written) => {
    server.broken = behaviour;
    const ended = await patch(behaviour === SILENT.nothing ? ['--timeout', '300ms'] : []);
    expect([ended.code, ended.stdout]).toEqual([exitCode, '']);
    const error = errorOf(ended);
    expect(error).toMatchObject({ kind, exitCode, written });
    const words = `the change may have been stored; check with \`graph-overview get id:a --endpoint ${server.url}\``;
    expect(error.message.endsWith(words)).toBe(written === 'unknown');
    expect(error.message.includes('stored')).toBe(written === 'unknown');
  });

  test('is unknown after an attempt without an answer and then an error', async () => {
    const answers = [BROKEN['a closed connection'], answer(400, problem)] as Behaviour[];
    server.broken = (socket, request) => answers.shift()?.(socket, request);
    const ended = await patch(['--retries', '1']);
    expect(server.requests).toHaveLength(2);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ kind: 'graph', written: 'unknown' });
  });

  test('is no after errors of every attempt', async () => {
    const answers = [answer(503, problem), answer(400, problem)];
    server.broken = (socket, request) => answers.shift()?.(socket, request);
    const ended = await patch(['--retries', '1']);
    expect(server.requests).toHaveLength(2);
    expect(errorOf(ended)).toMatchObject({ kind: 'graph', written: 'no' });
  });

  test('is in the text message, with a command that reads the overview', async () => {
    server.broken = BROKEN['a closed connection'] as Behaviour;
    const id = '5a3b1c00-0b1e-4d5a-9c3e-000000000002';
    const { code, stdout, stderr } = await runBinary([
      ...['patch', id, '--pending', '9', '--via', 'wifi-eap', '--retries', '0', '--endpoint', server.url],
    ]);
    expect([code, stdout]).toEqual([7, '']);
    expect(stderr.split('\n')[0]).toBe(
      `error: no answer from ${server.url}: the connection was cut; the change may have been stored; ` +
        `check with \`graph-overview get ${id} --via wifi-eap --endpoint ${server.url}\``,
    );
  });
});

describe('the member written is no', () => {
  const nowhere = 'http://127.0.0.1:1';
  test.each<[string, string[], number, string]>([
    ['an invalid value', ['--pending', 'x'], 2, 'usage'],
    ['an unknown option', ['--bogus'], 2, 'usage'],
    ['a refused connection', ['--endpoint', nowhere], 7, 'network'],
    ['an unknown host name', ['--endpoint', 'https://graph.invalid', '--trust-endpoint'], 7, 'network'],
    [
      'no credential',
      ['--endpoint', 'https://graph.invalid', '--trust-endpoint', '--auth', 'token'],
      3,
      'sign-in',
    ],
  ])('for %s', async (what, args, exitCode, kind) => {
    server.broken = (socket) => socket.end();
    const env = { ...cleanEnvironment(), GRAPH_TOKEN: what === 'no credential' ? '' : 'opaque' };

    const ended = await patch(args, env);
    expect([ended.code, ended.stdout]).toEqual([exitCode, '']);
    expect(errorOf(ended)).toMatchObject({ kind, exitCode, written: 'no' });
    expect(ended.stderr).not.toContain('may have been stored');
    expect(server.requests).toEqual([]);
  });

  test('if the server does not speak TLS', async () => {
    server.matches = () => true;
    server.broken = BROKEN.garbage as Behaviour;
    const ended = await patch(['--endpoint', server.url.replace('http:', 'https:')]);
    expect(ended.code).toBe(7);
    expect(errorOf(ended)).toMatchObject({ kind: 'network', written: 'no' });
  });

  test('if the overview cannot be read before', async () => {
    server.matches = () => true;
    server.broken = BROKEN['a closed connection'] as Behaviour;
    const ended = await patch(['--diff']);
    expect(ended.code).toBe(7);
    expect(errorOf(ended)).toMatchObject({ kind: 'network', written: 'no' });
  });

  test('if the journal cannot be created', async () => {
    const env = cleanEnvironment();
    env.GRAPH_OVERVIEW_STATE = join(env.HOME ?? '', 'file');
    writeFileSync(env.GRAPH_OVERVIEW_STATE, '');
    const ended = await patch(['--diff'], env);
    expect(ended.code).toBe(2);
    expect(errorOf(ended)).toMatchObject({ kind: 'usage', written: 'no' });
    expect(server.requests).toEqual([]);
  });
});

describe('after a successful PATCH, the member written', () => {
  test('is yes if the overview cannot be read back', async () => {
    let patched = false;
    server.matches = (request) => isPatch(request) || patched;
    server.broken = (socket, request) => {
      patched = true;
      if (isPatch(request)) answer(204)(socket, request);
      else socket.end();
    };
    const ended = await patch();
    expect([ended.code, ended.stdout]).toEqual([7, '']);
    expect(errorOf(ended)).toMatchObject({
      message: `written, but it could not be read back: no answer from ${server.url}: the connection was cut`,
      written: 'yes',
    });
  });

  test.each([
    ['no --dry-run', [], 'yes'],
    ['--dry-run', ['--dry-run'], 'no'],
  ])('with output that cannot be written (%s) is %s', async (_case, more, written) => {
    server.matches = () => false;
    const full = openSync('/dev/full', 'w');
    const args = ['patch', 'id:a', '--pending', '9', '-o', 'json', '--endpoint', server.url, ...more];
    const child = spawn(process.execPath, [BINARY, ...args], {
      env: cleanEnvironment(),
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (part) => (stderr += part));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(1);
    expect(errorOf({ stderr })).toMatchObject({ kind: 'unexpected', written });
    expect(stderr.includes('the change was stored')).toBe(written === 'yes');
  });
});

describe('the member written after a mismatch', () => {
  test.each<[string, string, string, unknown[]]>([
    [
      'no value as sent',
      '{"pendingCount":1,"failedCount":2}',
      'no',
      [
        { property: 'pendingCount', sent: 9, held: 1 },
        { property: 'failedCount', sent: 8, held: 2 },
      ],
    ],
    [
      'some values as sent',
      '{"pendingCount":9,"failedCount":2}',
      'unknown',
      [{ property: 'failedCount', sent: 8, held: 2 }],
    ],
    [
      'one value not returned',
      '{"pendingCount":9}',
      'unknown',
      [{ property: 'failedCount', sent: 8, held: null }],
    ],
  ])('with %s', async (_, stored, written, differences) => {
    server.stored = JSON.parse(stored);
    server.broken = answer(200, stored);
    const ended = await patch(['--failed', '8']);
    expect(ended.code).toBe(9);
    expect(JSON.parse(ended.stdout)).toEqual(JSON.parse(stored));
    expect(errorOf(ended)).toMatchObject({ kind: 'mismatch', exitCode: 9, written, differences });
  });
});

describe('the member written of an interrupted command', () => {
  async function interruptedPatch(more: readonly string[], env = cleanEnvironment()): Promise<Ended> {
    const reached = new Promise<void>((resolve) => {
      server.broken = () => resolve();
    });
    const args = ['patch', 'id:a', '--pending', '9', '-o', 'json', '--endpoint', server.url, ...more];
    const child = spawn(process.execPath, [BINARY, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = endOf(child);
    await reached;
    child.kill('SIGTERM');
    return ended;
  }

  test('is unknown during the PATCH', async () => {
    const ended = await interruptedPatch([]);
    expect([ended.code, ended.stdout]).toEqual([143, '']);
    const { message, written } = errorOf(ended);
    expect(message).toContain('interrupted by SIGTERM; the change may have been stored; check with');
    expect(written).toBe('unknown');
  });

  test('is no before the PATCH', async () => {
    server.matches = () => true;
    const ended = await interruptedPatch(['--diff']);
    expect([ended.code, errorOf(ended).written, errorOf(ended).message]).toEqual([
      143,
      'no',
      'interrupted by SIGTERM',
    ]);
  });

  test('is unknown if other code ends the process', async () => {
    const env = cleanEnvironment();
    const script = join(env.HOME ?? '', 'preload.cjs');
    writeFileSync(script, 'setTimeout(() => process.exit(0), 500);');
    server.broken = () => undefined;
    const ended = await patch([], { ...env, NODE_OPTIONS: `--require ${script}` }, runBinary);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ kind: 'unexpected', written: 'unknown' });
  });
});

describe('patch --diff', () => {
  test.each([
    ['stored', 'written'],
    ['not stored', 'unchanged'],
  ])('names the run of an unknown result, and undo reads the overview: it was %s', async (what, status) => {
    const env = cleanEnvironment();
    server.broken = (socket) => {
      if (what === 'stored') server.stored.pendingCount = 9;
      socket.end();
    };
    const ended = await patch(['--diff'], env);
    const { written, hint } = errorOf(ended);
    expect([ended.code, written]).toEqual([7, 'unknown']);
    const run = /`graph-overview runs show (\S+)` shows the intent/.exec(hint ?? '')?.[1] ?? '';
    const shown = await runMain(['runs', 'show', run, '-o', 'json'], { env });
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('"pendingCount": 9');
    server.matches = () => false;
    const undone = await runMain(['undo', run, '--yes', '-o', 'json', '--endpoint', server.url], { env });
    expect(undone.code).toBe(0);
    expect(JSON.parse(undone.stdout).rows[0].status).toBe(status);
    expect(server.stored.pendingCount).toBe(1);
  });
});

test('the error lines of other commands have no member written', async () => {
  server.matches = () => true;
  server.broken = BROKEN['a closed connection'] as Behaviour;
  for (const args of [['get', 'id:a'], ['list'], ['wait', 'id:a']]) {
    const ended = await runMain([...args, '--retries', '0', '-o', 'json', '--endpoint', server.url]);
    expect(Object.keys(errorOf(ended))).toEqual([
      ...['kind', 'message', 'exitCode', 'status', 'code', 'requestId', 'clientRequestId', 'hint'],
    ]);
  }
});
