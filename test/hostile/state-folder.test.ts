import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { type Run, runMain, stateFolder } from '../support/run-main.ts';

/** A state folder that another user has changed. */

const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const OTHER_USER = 65_534;

let server: Emulator;
let state: string;
let run: string;

beforeAll(async () => {
  server = await startEmulator({ clock: { now: () => Date.now(), sleep: async () => undefined } });
});

afterAll(() => server.close());

function main(...argv: string[]): Promise<Run> {
  return runMain([...argv, '--endpoint', server.url, '-o', 'json'], {
    env: { GRAPH_OVERVIEW_STATE: state },
    input: `deviceConfigurationId,pending\n${A},${Math.floor(Math.random() * 1e6)}\n`,
  });
}

beforeEach(async () => {
  state = stateFolder();
  run = JSON.parse((await main('apply', '-', '--yes')).stdout).run;
});

const runs = (): string => join(state, 'runs');
const journal = (): string => join(runs(), `${run}.jsonl`);
const modeOf = (path: string): number => statSync(path).mode & 0o777;

async function expectRejected(why: string, { code = 2, last = why } = {}): Promise<void> {
  for (const [argv, reason] of [
    [['undo', run, '--yes'], why],
    [['apply', '--resume', run], why],
    [['undo', 'last', '--yes'], last],
  ] as const) {
    const ended = await main(...argv);
    const { message } = JSON.parse(ended.stderr).error;
    expect([ended.code, message]).toEqual([code, expect.stringContaining(reason)]);
  }
}

describe('a journal', () => {
  test('is readable only by its owner', () => {
    expect([modeOf(runs()), modeOf(journal())]).toEqual([0o700, 0o600]);
  });

  test('that is a link is not used, and its target is not written', async () => {
    const elsewhere = join(state, 'elsewhere');
    renameSync(journal(), elsewhere);
    symlinkSync(elsewhere, journal());
    const before = readFileSync(elsewhere, 'utf8');
    await expectRejected('is a link, so it is not used', { last: 'cannot be read (a link)' });
    expect(readFileSync(elsewhere, 'utf8')).toBe(before);
  });

  test('that other users can write is not used', async () => {
    chmodSync(journal(), 0o666);
    await expectRejected('can be written by other users');
  });

  test('that is a pipe is not used', async () => {
    renameSync(journal(), join(state, 'kept'));
    execFileSync('mkfifo', [journal()]);
    await expectRejected('is not a file', { last: 'cannot be read (not a file)' });
  });

  test('that is a copy under another name is not used: the run itself would be undone in its place', async () => {
    copyFileSync(journal(), join(runs(), 'copy.jsonl'));
    for (const argv of [
      ['undo', 'copy', '--yes'],
      ['apply', '--resume', 'copy'],
    ]) {
      const { code, stderr } = await main(...argv);
      expect([code, JSON.parse(stderr).error.message]).toEqual([
        2,
        `the file of the run copy is a journal of the run ${run}, so it is not used`,
      ]);
    }
    expect(JSON.parse((await main('undo', 'last', '--yes')).stdout).written).toBe(1);
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot('of another user is not used', async () => {
    chownSync(journal(), OTHER_USER, OTHER_USER);
    await expectRejected('belongs to another user');
  });
});

describe('the folder of journals', () => {
  test('that is open to other users is restricted', async () => {
    chmodSync(runs(), 0o777);
    expect((await main('apply', '-', '--yes')).code).toBe(0);
    expect(modeOf(runs())).toBe(0o700);
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot('of another user is not written to', async () => {
    chownSync(runs(), OTHER_USER, OTHER_USER);
    const before = readdirSync(runs());
    const { code, stderr } = await main('apply', '-', '--yes');
    expect([code, JSON.parse(stderr).error.message]).toEqual([
      2,
      expect.stringContaining('belongs to another user; nothing is written'),
    ]);
    expect(readdirSync(runs())).toEqual(before);
  });

  asRoot('of the mock Graph that belongs to another user is not used, with a warning', async () => {
    mkdirSync(join(state, 'local'), { mode: 0o777 });
    chownSync(join(state, 'local'), OTHER_USER, OTHER_USER);
    const { code, stderr } = await runMain(['get', A, '--local', '-o', 'none'], {
      env: { GRAPH_OVERVIEW_STATE: state },
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining('belongs to another user: changes last')]);
    expect(readdirSync(join(state, 'local'))).toEqual([]);
  });
});

test('a file in place of the folder of journals is an error of one line', async () => {
  renameSync(runs(), join(state, 'kept'));
  writeFileSync(runs(), '');
  for (const argv of [['runs'], ['runs', 'prune', '--keep', '0', '--yes']]) {
    const { code, stderr } = await runMain(argv, { env: { GRAPH_OVERVIEW_STATE: state } });
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      `error: the journals in ${runs()} cannot be read (ENOTDIR)`,
    ]);
  }
});

test('a link as the tenant of the built-in mock Graph is not used, and its target is not written', async () => {
  mkdirSync(join(state, 'local'), { mode: 0o700 });
  const elsewhere = join(state, 'elsewhere');
  writeFileSync(elsewhere, 'precious');
  symlinkSync(elsewhere, join(state, 'local', 'tenant.jsonl'));
  const { code, stderr } = await runMain(['patch', A, '--pending', '1', '--local', '-o', 'none'], {
    env: { GRAPH_OVERVIEW_STATE: state },
  });
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('tenant.jsonl is a link: changes last for this command only'),
  ]);
  expect(readFileSync(elsewhere, 'utf8')).toBe('precious');
});

describe('a damaged journal', () => {
  const lines = (): string[] => readFileSync(journal(), 'utf8').trim().split('\n');

  test('without its plan is an error', async () => {
    writeFileSync(
      journal(),
      `${lines()
        .filter((line) => !line.includes('"plan"'))
        .join('\n')}\n`,
      { mode: 0o600 },
    );
    await expectRejected('is damaged', { code: 11 });
  });

  test('without a result is resumed by reading, and nothing is written twice', async () => {
    writeFileSync(
      journal(),
      `${lines()
        .filter((line) => !/"(result|end)"/.test(line))
        .join('\n')}\n`,
      { mode: 0o600 },
    );
    const { code, stdout } = await main('apply', '--resume', run);
    expect([code, JSON.parse(stdout).written]).toEqual([0, 1]);
  });

  test('that was changed to reach another path is an error', async () => {
    const forged = readFileSync(journal(), 'utf8').replaceAll(A, '..');
    writeFileSync(journal(), forged, { mode: 0o600 });
    await expectRejected('is damaged', { code: 11 });
  });
});
