import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CommandName } from '../../src/commands/index.ts';
import { BINARY, cleanEnvironment, type Ended, runBinary } from '../support/binary.ts';
import { type RawServer, startRawServer } from '../support/raw-server.ts';
import { runMain } from '../support/run-main.ts';

const WIFI = '5a3b1c00-0b1e-4d5a-9c3e-000000000002';

const folder = mkdtempSync(join(tmpdir(), 'graph-overview-process-end-'));

/** An environment in which Node loads a script before the program. */
function preloading(script: string): Record<string, string> {
  const file = join(mkdtempSync(join(folder, 'preload-')), 'preload.cjs');
  writeFileSync(file, script);
  return { ...cleanEnvironment(), NODE_OPTIONS: `--require ${file}` };
}

/** Standard output accepts data and never calls back, so that a write never completes. */
const STALLED_OUTPUT = `
const { Writable } = require('node:stream');
const fs = require('node:fs');
const { fstatSync } = fs;
fs.fstatSync = (descriptor, ...more) => {
  if (descriptor === 1) throw new Error('unknown');
  return fstatSync(descriptor, ...more);
};
Object.defineProperty(process, 'stdout', { value: new Writable({ write() {} }) });
`;

/** Name resolution never calls back, and does not keep the process running. */
const STALLED_NAMES = `require('node:dns').lookup = () => undefined;`;

const csv = join(folder, 'rows.csv');
writeFileSync(csv, `deviceConfigurationId,pending\n${WIFI},77\n`);

/** A call of each command; those that keep the process running have a reason in place of a call. */
const CALLS: Readonly<Record<CommandName, readonly string[] | string>> = {
  apply: ['apply', csv, '--yes'],
  completion: ['completion', 'bash'],
  doctor: ['doctor'],
  get: ['get', WIFI],
  list: ['list'],
  login: 'waits for a person before it prints',
  logout: ['logout'],
  patch: ['patch', WIFI, '--pending', '12'],
  report: ['report'],
  routes: ['routes'],
  runs: ['runs'],
  serve: 'its server holds the process open',
  undo: ['undo', 'last', '--yes'],
  wait: ['wait', WIFI, '--until', 'pending ge 0'],
  watch: ['watch', WIFI, '--until', 'pending ge 0'],
  whoami: ['whoami'],
};

const ENDED_EARLY = 'graph-overview ended before the command finished';

function errorOf({ stderr }: Ended): unknown {
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
}

let server: RawServer;

beforeAll(async () => {
  server = await startRawServer();
  server.matches = () => false;
});

afterAll(() => server.close());

describe('a promise that never settles', () => {
  test.concurrent.each(Object.entries(CALLS).filter(([, args]) => typeof args !== 'string'))(
    'is reported as an error by %s',
    async (name, args) => {
      const env = {
        ...preloading(STALLED_OUTPUT),
        GRAPH_OVERVIEW_ENDPOINT: server.url,
        GRAPH_TOKEN: 'opaque',
      };
      if (name === 'undo') {
        const { GRAPH_OVERVIEW_STATE } = env as { readonly GRAPH_OVERVIEW_STATE?: string };
        const patch = ['patch', WIFI, '--pending', '12', '--diff', '--endpoint', server.url];
        await runMain(patch, { env: { GRAPH_OVERVIEW_STATE: GRAPH_OVERVIEW_STATE ?? '' } });
      }
      const ended = await runBinary(args as readonly string[], { env });
      expect(ended.code).toBe(1);
      const more = name === 'patch' ? '; the change was stored' : '';
      expect(ended.stderr).toContain(`error: ${ENDED_EARLY}${more}\n`);
    },
  );

  test.concurrent('is reported as JSON with -o json', async () => {
    const env = { ...preloading(STALLED_OUTPUT), GRAPH_OVERVIEW_ENDPOINT: server.url };
    const ended = await runBinary(['list', '-o', 'json'], { env });
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ kind: 'unexpected', message: ENDED_EARLY, exitCode: 1 });
  });

  test.concurrent.each([
    ['get', [WIFI]],
    ['patch', [WIFI, '--pending', '1']],
    ['list', []],
    ['report', []],
    ['apply', [csv, '--yes']],
    ['doctor', []],
    ['wait', [WIFI, '--until', 'pending eq 0', '--max', '1s']],
    ['login', ['--device-code', '--timeout', '300ms']],
  ])('in name resolution is an error of %s', async (name, args) => {
    const env = { ...preloading(STALLED_NAMES), GRAPH_TOKEN: 'opaque-token' };
    const to =
      name === 'login'
        ? []
        : ['--endpoint', 'https://graph.example', '--trust-endpoint', '--timeout', '300ms', '--retries', '0'];
    const { code, stdout, stderr } = await runBinary([name, ...args, ...to], { env });
    expect(code).not.toBe(0);
    expect(stdout + stderr).not.toBe('');
  });
});

describe('other code that ends the process', () => {
  /** Starts a command that waits for a server, after loading a script. */
  async function waitingWith(script: string, ...more: string[]): Promise<Ended> {
    const server = await startRawServer();
    const env = { ...preloading(script), GRAPH_TOKEN: 'hidden-token-of-a-person' };
    const ended = await runBinary(['get', 'id:a', '--endpoint', server.url, ...more], { env });
    await server.close();
    return ended;
  }

  test.concurrent('with exit code 0 is reported as an error', async () => {
    const { code, stderr } = await waitingWith('setTimeout(() => process.exit(0), 500)');
    expect([code, stderr.split('\n')[0]]).toEqual([1, `error: ${ENDED_EARLY}`]);
  });

  test.concurrent.each([
    [
      'an exception in a timer',
      'setTimeout(() => { throw new Error("at " + process.env.GRAPH_TOKEN); }, 500)',
    ],
    [
      'an unhandled rejection',
      'setTimeout(() => Promise.reject(new Error("at " + process.env.GRAPH_TOKEN)), 500)',
    ],
  ])('with %s is reported without secrets', async (_, script) => {
    const [plain, json] = await Promise.all([waitingWith(script), waitingWith(script, '-o', 'json')]);
    expect([plain.code, plain.stderr.split('\n')[0]]).toEqual([1, 'error: Error: at ***']);
    expect(json.code).toBe(1);
    expect(errorOf(json)).toMatchObject({ kind: 'unexpected', exitCode: 1 });
    expect(plain.stderr + json.stderr).not.toContain('hidden-token');
  });
});

test('an installation without one of its scripts works, or names it in an error', async () => {
  const root = dirname(dirname(BINARY));
  const copy = join(folder, 'installation');
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(realpathSync(join(root, 'node_modules')), join(copy, 'node_modules'));
  const binary = join(copy, 'bin', 'graph-overview.js');
  const get = (env?: Record<string, string>): Promise<Ended> =>
    runBinary(['get', WIFI, '--local', '-o', 'yaml'], env === undefined ? { binary } : { binary, env });
  const path = (script: string): string => join(copy, 'dist', script);

  const loaded = join(folder, 'loaded');
  const listing = `process.on('exit', () => require('node:fs').writeFileSync('${loaded}', Object.keys(require.cache).join('\\n')))`;
  expect((await get(preloading(listing))).code).toBe(0);
  const needed = new Set(
    readFileSync(loaded, 'utf8')
      .split('\n')
      .map((name) => basename(name)),
  );
  const scripts = readdirSync(join(copy, 'dist')).filter((name) => name.endsWith('.js'));

  // Removes each of the scripts that it loads, one at a time.
  let failures = 0;
  for (const script of scripts.filter((name) => needed.has(name))) {
    renameSync(path(script), path('away'));
    const { code, stdout, stderr } = await get();
    renameSync(path('away'), path(script));
    if (code === 0) expect(stdout).toContain('pendingCount: 85');
    else {
      failures += 1;
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(script);
    }
  }
  expect(failures).toBeGreaterThan(3);

  // Removes all others.
  const others = scripts.filter((name) => !needed.has(name));
  expect(others.length).toBeGreaterThan(10);
  for (const script of others) rmSync(path(script));
  const { code, stdout } = await get();
  expect([code, stdout]).toEqual([0, expect.stringContaining('pendingCount: 85')]);
}, 60_000);
