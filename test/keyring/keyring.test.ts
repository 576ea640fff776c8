import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Authority, startAuthority } from '../authority/authority.ts';
import { environmentOf, folderFor, TENANT } from '../end-to-end/sign-in-fixture.ts';
import type { Ended } from '../support/binary.ts';

/**
 * The saved sign-in in a real keyring: gnome-keyring through libsecret, on a separate bus. `npm run test:keyring`
 * installs the keyring package here; without it or without the keyring these tests are skipped.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGE = join(ROOT, 'test/keyring/node_modules/@azure/identity-cache-persistence');
const installed =
  existsSync(PACKAGE) &&
  ['dbus-run-session', 'gnome-keyring-daemon'].every((tool) => spawnSync(tool, ['--version']).status === 0);

const folder = folderFor('keyring');
const BINARY = join(folder, 'bin/graph-overview.js');
let authority: Authority;

/** The program with its dependencies and the keyring package. */
beforeAll(async () => {
  if (!installed) return;
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@azure'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((other) => !/^(\.|@azure$)/.test(other)))
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  symlinkSync(join(ROOT, 'node_modules/@azure/identity'), join(modules, '@azure/identity'));
  symlinkSync(PACKAGE, join(modules, '@azure/identity-cache-persistence'));
  authority = await startAuthority({ folder });
});

afterAll(() => authority?.close());

let env: Record<string, string>;

beforeEach(() => {
  if (!installed) return;
  const home = folderFor('keyring-home');
  mkdirSync(join(home, 'run'), { mode: 0o700 });
  env = { ...environmentOf(authority, home), XDG_RUNTIME_DIR: join(home, 'run') };
  authority.requests.length = 0;
});

const LOGIN = `'${process.execPath}' '${BINARY}' login --device-code --tenant ${TENANT} -o json`;
const WHOAMI = `'${process.execPath}' '${BINARY}' whoami -o json`;
const LOGOUT = `'${process.execPath}' '${BINARY}' logout -o json`;
const unlocked = (password: string): string =>
  `printf ${password} | gnome-keyring-daemon --unlock --components=secrets >/dev/null`;

/** Runs a shell script as a process group, and kills the group at its end. */
function run(command: string, args: readonly string[]): Promise<Ended & { readonly seconds: number }> {
  const began = Date.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (part) => (stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part) => (stderr += part));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      try {
        process.kill(-(child.pid ?? Number.NaN), 'SIGKILL');
      } catch {
        // All processes have ended.
      }
      resolve({ code, stdout, stderr, seconds: (Date.now() - began) / 1_000 });
    });
  });
}

/** Runs a script on a separate bus, which ends with it. */
const onBus = (...lines: readonly string[]) => run('dbus-run-session', ['--', 'sh', '-c', lines.join('\n')]);

/** The text of all files of the state folder. */
function stateText(): string {
  const state = env.GRAPH_OVERVIEW_STATE ?? '';
  if (!existsSync(state)) return '';
  return readdirSync(state, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

/** The JSON of each command of a script, which prints one object. */
const printed = ({ stdout }: Ended): Record<string, unknown>[] =>
  JSON.parse(`[${stdout.trim().replaceAll(/^\}\n\{$/gm, '},{')}]`);

/** The error of the last command that failed. */
const failure = ({ stderr }: Ended): Record<string, unknown> =>
  JSON.parse(
    stderr
      .trimEnd()
      .split('\n')
      .findLast((line) => line.startsWith('{"error"')) ?? '{}',
  ).error;

/** The number of requested device codes. */
const codes = (): number => authority.requests.filter(({ path }) => path.includes('devicecode')).length;

(installed ? describe : describe.skip)('a keyring', () => {
  test('stores the sign-in for other processes, without a token in a file', async () => {
    const ended = await onBus(unlocked('pw'), LOGIN, WHOAMI);
    expect([ended.code, printed(ended)]).toMatchObject([
      0,
      [
        { account: 'adele@contoso.example', method: 'device-code', storage: 'keyring' },
        { account: 'adele@contoso.example', method: 'login' },
      ],
    ]);
    expect(codes()).toBe(1);
    expect(stateText()).toContain('"storage":"keyring"');
    expect(stateText()).not.toMatch(/eyJ|refresh|secret/i);
  });

  test('stores it for another session with the same password', async () => {
    expect((await onBus(unlocked('pw'), LOGIN)).code).toBe(0);
    const ended = await onBus(unlocked('pw'), WHOAMI);
    expect([ended.code, printed(ended)[0]?.account, codes()]).toEqual([0, 'adele@contoso.example', 1]);
  });

  test('removes it with logout', async () => {
    const ended = await onBus(unlocked('pw'), LOGIN, LOGOUT, WHOAMI);
    expect(ended.code).toBe(3);
    expect(printed(ended)[1]).toMatchObject({ account: 'adele@contoso.example', removed: true });
    expect(stateText()).not.toContain('adele');
  });

  test.each([
    ['a wrong password', unlocked('other')],
    ['no password', 'gnome-keyring-daemon --start --components=secrets >/dev/null'],
    ['no daemon', ':'],
  ])(
    'that stays locked with %s is an error with a hint to sign in again, without waiting',
    async (_, opening) => {
      expect((await onBus(unlocked('pw'), LOGIN)).code).toBe(0);
      const ended = await onBus(opening, WHOAMI);
      expect([ended.code, ended.stdout, ended.seconds < 20]).toEqual([3, '', true]);
      expect(failure(ended)).toMatchObject({
        kind: 'sign-in',
        exitCode: 3,
        message:
          'the saved sign-in of adele@contoso.example is in the keyring: the keyring cannot be used: Cannot create an item in a locked collection',
        hint: 'unlock or install it, or sign in again with `graph-overview login`',
      });
    },
  );

  test('that stays locked with a wrong password does not store a new sign-in', async () => {
    expect((await onBus(unlocked('pw'), LOGIN)).code).toBe(0);
    const ended = await onBus(unlocked('other'), LOGIN);
    expect([ended.code, printed(ended)[0]?.storage]).toEqual([0, 'process']);
  });

  test('is not available without a bus: the sign-in is valid for its process', async () => {
    const ended = await run('sh', ['-c', LOGIN]);
    expect([ended.code, printed(ended)[0]?.storage]).toEqual([0, 'process']);
    expect(ended.stderr).toContain('is valid for this process only');
    const later = await run('sh', ['-c', WHOAMI]);
    expect([later.code, failure(later).kind]).toEqual([3, 'sign-in']);
  });

  test('is not available without a bus: the sign-in is stored in a file if that is permitted', async () => {
    const ended = await run('sh', ['-c', `${LOGIN} --allow-unencrypted-storage\n${WHOAMI}`]);
    expect([ended.code, printed(ended).map(({ storage }) => storage)]).toEqual([0, ['file', undefined]]);
  });
});
