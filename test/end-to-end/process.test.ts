import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BINARY, cleanEnvironment, runBinary } from '../support/binary.ts';

const WIFI = '5a3b1c00-0b1e-4d5a-9c3e-000000000002';
const CLIENT_CERTIFICATE = '5a3b1c00-0b1e-4d5a-9c3e-000000000020';

interface Served {
  readonly url: string;
  readonly samples: Record<string, { deviceConfigurationId: string; certificateId: string | null }>;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

async function serve(args: readonly string[] = [], env = cleanEnvironment()): Promise<Served> {
  const child = spawn(process.execPath, [BINARY, 'serve', '-o', 'json', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) => child.stdout.setEncoding('utf8').once('data', resolve));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    ...JSON.parse(line),
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

describe('serve and the program as processes', () => {
  test('patch every sample through its route, as the log shows', async () => {
    const env = cleanEnvironment();
    const log = join(env.HOME ?? '', 'log.jsonl');
    const server = await serve(['--log', log], env);
    expect(Object.keys(server.samples)).toHaveLength(16);
    const runs = Object.entries(server.samples).map(([via, { deviceConfigurationId: id, certificateId }]) => {
      const certificate = certificateId === null ? [] : ['--certificate-id', certificateId];
      return runBinary(
        [
          'patch',
          id,
          '--via',
          via,
          ...certificate,
          '--pending',
          '1234',
          '--endpoint',
          server.url,
          '-o',
          'json',
        ],
        { env },
      );
    });
    for (const { code, stdout } of await Promise.all(runs)) {
      expect(code).toBe(0);
      expect(JSON.parse(stdout).pendingCount).toBe(1234);
    }
    expect(await server.end('SIGTERM')).toBe(143);
    const lines = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ method, status }) => method === 'PATCH' && status === 200)).toHaveLength(16);
  });

  test('print the address on one line, and end on Ctrl-C', async () => {
    const env = cleanEnvironment();
    const child = spawn(process.execPath, [BINARY, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const line = await new Promise<string>((resolve) =>
      child.stdout.setEncoding('utf8').once('data', resolve),
    );
    expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
  });

  test('delay reads with --stale, except of writes before the start', async () => {
    const env = cleanEnvironment();
    const args = ['--stale', '1h', '--state', join(env.HOME ?? '', 'tenant.jsonl')];
    const pending = async (server: Served, command: 'get' | 'patch', ...flags: string[]): Promise<number> => {
      const { stdout } = await runBinary([command, WIFI, ...flags, '--endpoint', server.url, '-o', 'json'], {
        env,
      });
      return JSON.parse(stdout).pendingCount;
    };
    const first = await serve(args, env);
    expect(await pending(first, 'patch', '--pending', '1234')).toBe(1234);
    expect(await pending(first, 'get')).toBe(85);
    await first.end('SIGTERM');
    const second = await serve(args, env);
    expect(await pending(second, 'get')).toBe(1234);
    await second.end('SIGTERM');
  });

  test.each([
    [['--stale', 'soon'], '--stale: "soon" is not a duration'],
    [['--port', '99999'], '--port'],
    [['--configurations', '-1'], '--configurations'],
    [['--ignore-writes', 'maybe'], '--ignore-writes'],
    [['--log', '/nowhere/at/all'], 'cannot be written'],
  ])('reject %j', async (args, message) => {
    const { code, stderr } = await runBinary(['serve', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('the program as a process', () => {
  test('changes the overview of a certificate profile with a PATCH through a Wi-Fi profile', async () => {
    const env = cleanEnvironment();
    const patched = await runBinary(
      ['patch', WIFI, '--pending', '12', '--failed', '11', '--via', 'wifi-eap', '--local'],
      { env },
    );
    expect(patched).toMatchObject({ code: 0, stderr: '' });
    expect(patched.stdout).toMatch(/Pending +12 /);
    expect(patched.stdout).toMatch(/Failed +11 /);
    const linked = await runBinary(['get', CLIENT_CERTIFICATE, '--local', '-o', 'json'], { env });
    expect(JSON.parse(linked.stdout)).toMatchObject({ pendingCount: 12, failedCount: 11 });
    const own = await runBinary(['get', WIFI, '--local', '-o', 'json'], { env });
    expect(JSON.parse(own.stdout)).toMatchObject({ pendingCount: 85, failedCount: 4 });
  });

  test('ends without an error if its reader closes the pipe', async () => {
    const env = cleanEnvironment();
    const child = spawn(process.execPath, [BINARY, 'list', '--local', '-o', 'jsonl'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (part) => (stderr += part));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, stderr]).toEqual([0, '']);
  });

  test('exits with code 130 if a request is interrupted', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer();
    const reached = new Promise<void>((resolve) => silent.on('connection', () => resolve()));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const child = spawn(process.execPath, [BINARY, 'get', 'id:x', '--endpoint', `http://127.0.0.1:${port}`], {
      env: cleanEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (part) => (stderr += part));
    await reached;
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.on('close', resolve));
    silent.close();
    expect([code, stderr]).toEqual([130, 'error: interrupted by SIGINT\n']);
  });

  test.each([
    ['patch', WIFI, '--body', '-'],
    ['apply', '-', '--yes'],
  ])('ends %s on Ctrl-C while it waits for standard input', async (...args) => {
    const child = spawn(process.execPath, [BINARY, ...args, '--local', '--debug'], {
      env: cleanEnvironment(),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (part) => (stderr += part));
    // More than the capacity of a pipe: when it is written, the command is reading.
    await new Promise((resolve) => child.stdin.write(' '.repeat(512 * 1024), resolve));
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, stderr]).toEqual([130, 'error: interrupted by SIGINT\n']);
  });

  test('reads the mock Graph without a home folder', async () => {
    const { code, stderr } = await runBinary(['get', WIFI, '--local', '-o', 'none'], {
      env: { PATH: process.env.PATH ?? '', HOME: '' },
    });
    expect([code, stderr]).toEqual([0, '']);
  });

  test('exits with code 3 without a sign-in, and prints one error', async () => {
    const { code, stdout, stderr } = await runBinary(['get', 'id:x', '-o', 'json'], {
      env: { ...cleanEnvironment(), PATH: '/nowhere' },
    });
    expect([code, stdout]).toEqual([3, '']);
    expect(JSON.parse(stderr).error).toMatchObject({ kind: 'sign-in', exitCode: 3 });
  });
});
