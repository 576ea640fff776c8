import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CommandName } from '../../src/commands/index.ts';
import { BINARY, cleanEnvironment, type Ended, runBinary } from '../support/binary.ts';
import { type RawServer, startRawServer } from '../support/raw-server.ts';

const WIFI = '5a3b1c00-0b1e-4d5a-9c3e-000000000002';

const folder = mkdtempSync(join(tmpdir(), 'graph-overview-process-end-'));

/** An environment in which Node loads a script before the program. */
function preloading(script: string): Record<string, string> {
  const file = join(mkdtempSync(join(folder, 'preload-')), 'preload.cjs');
  writeFileSync(file, script);
  return { ...cleanEnvironment(), NODE_OPTIONS: `--require ${file}` };
}

/** Standard output takes what is written and never says so: whoever waits for that waits for ever. */
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

/** No name is ever resolved, and nothing waits for it. */
const STALLED_NAMES = `require('node:dns').lookup = () => undefined;`;

const csv = join(folder, 'rows.csv');
writeFileSync(csv, `deviceConfigurationId,pending\n${WIFI},77\n`);

/** A call of each command; those that hold the process open by themselves have a reason in place of one. */
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

describe('a promise that never settles', () => {
  let server: RawServer;
  beforeAll(async () => {
    server = await startRawServer();
    server.meets = () => false;
  });
  afterAll(() => server.close());

  test.each(Object.entries(CALLS).filter(([, args]) => typeof args !== 'string'))(
    'is a failure of %s',
    async (name, args) => {
      const env = {
        ...preloading(STALLED_OUTPUT),
        GRAPH_OVERVIEW_ENDPOINT: server.url,
        GRAPH_TOKEN: 'opaque',
      };
      if (name === 'undo') {
        const plain = { ...env, NODE_OPTIONS: '' };
        await runBinary(['patch', WIFI, '--pending', '12', '--diff'], { env: plain });
      }
      const ended = await runBinary(args as readonly string[], { env });
      expect(ended.code).toBe(1);
      const more = name === 'patch' ? '; the change was stored' : '';
      expect(ended.stderr).toContain(`error: ${ENDED_EARLY}${more}\n`);
    },
  );

  test('is reported as JSON where that was asked for', async () => {
    const env = { ...preloading(STALLED_OUTPUT), GRAPH_OVERVIEW_ENDPOINT: server.url };
    const ended = await runBinary(['list', '-o', 'json'], { env });
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ kind: 'unexpected', message: ENDED_EARLY, exitCode: 1 });
  });

  test.each([
    ['get', [WIFI]],
    ['patch', [WIFI, '--pending', '1']],
    ['list', []],
    ['report', []],
    ['apply', [csv, '--yes']],
    ['doctor', []],
    ['wait', [WIFI, '--until', 'pending eq 0', '--max', '1s']],
    ['login', ['--device-code', '--timeout', '1s']],
  ])('below the transport is no success of %s', async (name, args) => {
    const env = { ...preloading(STALLED_NAMES), GRAPH_TOKEN: 'opaque-token' };
    const to =
      name === 'login'
        ? []
        : ['--endpoint', 'https://graph.example', '--trust-endpoint', '--timeout', '1s', '--retries', '0'];
    const { code, stdout, stderr } = await runBinary([name, ...args, ...to], { env });
    expect(code).not.toBe(0);
    expect(stdout + stderr).not.toBe('');
  });
});

describe('what ends the process from elsewhere', () => {
  /** Starts a command that waits for a server, with a script beside it. */
  async function waitingWith(script: string, ...more: string[]): Promise<Ended> {
    const server = await startRawServer();
    const env = { ...preloading(script), GRAPH_TOKEN: 'hidden-token-of-a-person' };
    const ended = await runBinary(['get', 'a', '--endpoint', server.url, ...more], { env });
    await server.close();
    return ended;
  }

  test('an exit with 0 is none', async () => {
    const { code, stderr } = await waitingWith('setTimeout(() => process.exit(0), 500)');
    expect([code, stderr.split('\n')[0]]).toEqual([1, `error: ${ENDED_EARLY}`]);
  });

  test.each([
    [
      'an exception in a timer',
      'setTimeout(() => { throw new Error("at " + process.env.GRAPH_TOKEN); }, 500)',
    ],
    [
      'a rejection that nobody handles',
      'setTimeout(() => Promise.reject(new Error("at " + process.env.GRAPH_TOKEN)), 500)',
    ],
  ])('%s is a failure in words, without secrets', async (_, script) => {
    const plain = await waitingWith(script);
    expect([plain.code, plain.stderr.split('\n')[0]]).toEqual([1, 'error: Error: at ***']);
    const json = await waitingWith(script, '-o', 'json');
    expect(json.code).toBe(1);
    expect(errorOf(json)).toMatchObject({ kind: 'unexpected', exitCode: 1 });
    expect(plain.stderr + json.stderr).not.toContain('hidden-token');
  });
});

test('an installation that lacks a script works, or says that it does not', async () => {
  const root = dirname(dirname(BINARY));
  const copy = join(folder, 'installation');
  cpSync(join(root, 'bin'), join(copy, 'bin'), { recursive: true });
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  symlinkSync(realpathSync(join(root, 'node_modules')), join(copy, 'node_modules'));
  const scripts = readdirSync(join(copy, 'dist')).filter((name) => name.endsWith('.js'));
  const binary = join(copy, 'bin', 'graph-overview.js');
  let failures = 0;
  for (const script of scripts) {
    rmSync(join(copy, 'dist', script));
    const { code, stdout, stderr } = await runBinary(['get', WIFI, '--local', '-o', 'yaml'], { binary });
    if (code === 0) expect(stdout).toContain('pendingCount: 85');
    else {
      failures += 1;
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(script);
    }
    cpSync(join(root, 'dist', script), join(copy, 'dist', script));
  }
  expect(failures).toBeGreaterThan(3);
}, 120_000);
