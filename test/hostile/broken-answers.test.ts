import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/commands/index.ts';
import { BINARY, cleanEnvironment, type Ended, runBinary } from '../support/binary.ts';
import {
  type Behaviour,
  BROKEN,
  isPatch,
  type RawServer,
  SILENT,
  startRawServer,
} from '../support/raw-server.ts';
import { runMain } from '../support/run-main.ts';

const env = cleanEnvironment();
const file = join(env.HOME ?? '', 'rows.csv');

let server: RawServer;
/** A run with a row that was written, and a run with a row that failed. */
let written: string;
let failed: string;

beforeAll(async () => {
  // Jest fails to link a module that is first imported several times at once.
  for (const command of COMMANDS) if ('load' in command) await command.load();
  writeFileSync(file, 'deviceConfigurationId,pending\na,7\n');
  server = await startRawServer();
  server.matches = () => false;
  const patched = await runMain(
    ['patch', 'id:a', '--pending', '5', '--diff', '--endpoint', server.url, '-o', 'json'],
    { env },
  );
  written = JSON.parse(patched.stdout).run;
  server.matches = isPatch;
  server.broken = (socket) => socket.end();
  const apply = ['apply', file, '--yes', '--retries', '0', '--endpoint', server.url, '-o', 'json'];
  failed = JSON.parse((await runMain(apply, { env })).stdout).run;
});

afterAll(() => server.close());

type Commands = Readonly<Record<string, () => readonly string[]>>;

const READING: Commands = {
  get: () => ['get', 'id:a'],
  list: () => ['list'],
  report: () => ['report'],
  'patch --diff': () => ['patch', 'id:a', '--pending', '9', '--diff'],
  apply: () => ['apply', file, '--yes'],
  undo: () => ['undo', written, '--yes'],
  'apply --resume': () => ['apply', '--resume', failed],
  wait: () => ['wait', 'id:a', '--until', 'pending ge 0', '--interval', '1s', '--max', '1s'],
  doctor: () => ['doctor'],
};

const WRITING: Commands = {
  patch: () => ['patch', 'id:a', '--pending', '9'],
  'patch --diff': () => ['patch', 'id:a', '--pending', '9', '--diff'],
  apply: () => ['apply', file, '--yes'],
  undo: () => ['undo', written, '--yes'],
  'apply --resume': () => ['apply', '--resume', failed],
};

type Results = Readonly<Record<string, Ended>>;

interface Case {
  readonly behaviour: Behaviour;
  readonly matches: (request: string) => boolean;
  readonly more: readonly string[];
}

/**
 * Runs commands in parallel, in this process, with a server that sends broken answers. A command that never settles
 * would not let its test end.
 * @returns the result of each, by its name
 */
async function runAll(commands: Commands, { behaviour, matches, more }: Case): Promise<Results> {
  server.broken = behaviour;
  server.matches = matches;
  const results = await Promise.all(
    Object.entries(commands).map(async ([name, args]) => {
      const ended = await runMain([...args(), '--endpoint', server.url, ...more], { env });
      return [name, ended] as const;
    }),
  );
  return Object.fromEntries(results);
}

/** The names of the commands that ended with success, or without a message. */
function silentSuccesses(results: Results): string[] {
  return Object.entries(results)
    .filter(([name, { code, stdout, stderr }]) => code === 0 || (name === 'doctor' ? stdout : stderr) === '')
    .map(([name]) => name);
}

const everything = (): boolean => true;

describe.each(Object.entries(BROKEN))('an answer with %s', (_, behaviour) => {
  test('is an error with a message in every command', async () => {
    const results = await runAll(READING, { behaviour, matches: everything, more: ['--retries', '0'] });
    expect(silentSuccesses(results)).toEqual([]);
    expect([results.get?.code, results['patch --diff']?.code, results.list?.code]).toEqual([7, 7, 7]);
    expect(results.get?.stderr).toMatch(/^error: no answer from http:\/\/127\.0\.0\.1:\d+: .+\n/m);
  });

  test('is also one after a PATCH', async () => {
    const results = await runAll(WRITING, { behaviour, matches: isPatch, more: ['--retries', '0'] });
    expect(silentSuccesses(results)).toEqual([]);
    expect([results.patch?.code, results['patch --diff']?.code, results.apply?.code]).toEqual([7, 7, 8]);
  });
});

describe.each(Object.entries(SILENT))('an answer with %s', (_, behaviour) => {
  const more = ['--retries', '0', '--timeout', '300ms'];

  test('is a time-out with a message in every command', async () => {
    const results = await runAll(READING, { behaviour, matches: everything, more });
    expect(silentSuccesses(results)).toEqual([]);
    expect(results.get).toMatchObject({ code: 7 });
    expect(results.get?.stderr).toContain('within 0.3 s');
  });

  test('is also one after a PATCH', async () => {
    const results = await runAll(WRITING, { behaviour, matches: isPatch, more });
    expect(silentSuccesses(results)).toEqual([]);
    expect([results.patch?.code, results['patch --diff']?.code, results.apply?.code]).toEqual([7, 7, 8]);
  });
});

test.each(['101 and a closed connection', 'an incomplete body'])(
  'with the default retries, %s is also an error',
  async (name) => {
    const behaviour = BROKEN[name] as Behaviour;
    const commands = { ...READING, patch: () => ['patch', 'id:a', '--pending', '9'] };
    const results = await runAll(commands, { behaviour, matches: everything, more: [] });
    expect(silentSuccesses(results)).toEqual([]);
  },
);

/** Every answer, with a command that reads and one that writes; each command receives some of the answers. */
const PROCESSES = Object.entries({ ...BROKEN, ...SILENT }).map(([name, behaviour], index) => {
  const nth = (commands: Commands) => Object.entries(commands)[index % Object.keys(commands).length] ?? [];
  return { name, behaviour, reading: nth(READING), writing: nth(WRITING) };
});

test.each(PROCESSES)('no process ends early after $name', async (given) => {
  const ended = async (matches: Case['matches'], [name = '', args]: (typeof given)['reading']) => {
    const own = await startRawServer(given.behaviour);
    own.matches = matches;
    const more = ['--endpoint', own.url, '--retries', '0', '--timeout', '1s'];
    const result = await runBinary([...(args?.() ?? []), ...more], { env });
    await own.close();
    return [name, result] as const;
  };
  const results = await Promise.all([ended(everything, given.reading), ended(isPatch, given.writing)]);
  for (const [name, result] of results) {
    expect(silentSuccesses({ [name]: result })).toEqual([]);
    expect(result.stderr).not.toContain('ended before the command finished');
  }
});

test('watch continues, and reports why it has no values', async () => {
  server.broken = BROKEN['101 and a closed connection'] as Behaviour;
  server.matches = everything;
  const args = [
    'watch',
    'id:a',
    '--interval',
    '1s',
    '--retries',
    '0',
    '--endpoint',
    server.url,
    '-o',
    'jsonl',
  ];
  const child = spawn(process.execPath, [BINARY, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  let shown = '';
  for await (const part of child.stderr.setEncoding('utf8')) {
    shown += part;
    if (shown.includes('\n')) break;
  }
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(shown).toContain('it switched to another protocol');
});

test('a connection that is closed before the request is an error', async () => {
  const { createServer } = await import('node:net');
  const closing = createServer((socket) => socket.on('error', () => undefined).destroy());
  await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve));
  const { port } = closing.address() as { port: number };
  const { code, stderr } = await runBinary(
    ['patch', 'id:a', '--pending', '1', '--retries', '0', '--endpoint', `http://127.0.0.1:${port}`],
    { env },
  );
  closing.close();
  expect([code, stderr.split('\n')[0]]).toEqual([
    7,
    expect.stringMatching(
      new RegExp(`^error: no answer from http://127.0.0.1:${port}: the connection was cut`),
    ),
  ]);
});
