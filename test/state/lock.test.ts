import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { locksIn, removeLock, takeLock } from '../../src/state/lock.ts';
import { ownIdentity, type ProcessIdentity } from '../../src/state/process-identity.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A process of this host that has ended: no system assigns such an id. */
const ENDED: ProcessIdentity = { ...ownIdentity(), pid: 999_999_999 };

function holderIn(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

describe('a lock', () => {
  test('records its holder, is held once, and does not reuse its numbers', async () => {
    const home = folder();
    const path = join(home, 'run.lock');
    const lock = await takeLock(path, 'it');
    expect(readdirSync(home)).toEqual(['run.lock.1']);
    expect(holderIn(`${path}.1`)).toEqual(ownIdentity());
    await expect(takeLock(path, 'it')).rejects.toMatchObject({
      kind: 'refused',
      message: `another process (${process.pid}) is working on it`,
    });
    await lock.check();
    await lock.release();
    expect(readdirSync(home)).toEqual(['run.lock.2']);
    expect(holderIn(`${path}.2`)).toEqual({ released: true });
    await (await takeLock(path, 'it')).release();
    expect(readdirSync(home)).toEqual(['run.lock.4']);
    await removeLock(path);
    expect(readdirSync(home)).toEqual([]);
  });

  test('whose release cannot be recorded does not fail', async () => {
    const home = folder();
    const lock = await takeLock(join(home, 'lock'), 'it');
    rmSync(home, { recursive: true });
    await expect(lock.release()).resolves.toBeUndefined();
  });

  test('of an ended process of this host is taken over by exactly one process', async () => {
    const home = folder();
    const path = join(home, 'lock');
    await takeLock(path, 'it', { identity: ENDED });
    expect((await locksIn(home))(path)).toBe(false);
    const takers = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path, 'it')));
    expect(takers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await locksIn(home))(path)).toBe(true);
  });

  test.each<[string, Partial<ProcessIdentity>, string]>([
    ['another host', { host: 'elsewhere' }, 'a process (7) of host elsewhere is working on it'],
    [
      'another start of this host',
      { boot: 'another' },
      'a process (7) of host HOST before its restart, or of another host with that name is working on it',
    ],
    [
      'another process namespace',
      { namespace: 'pid:[1]' },
      'a process (7) of another process namespace of host HOST, such as a container is working on it',
    ],
  ])('of a process of %s is taken over only on request', async (_, more, message) => {
    const home = folder();
    const path = join(home, 'lock');
    const identity = { ...ownIdentity(), pid: 7, ...more };
    const first = await takeLock(path, 'it', { identity });
    expect((await locksIn(home))(path)).toBe('unknown');
    await expect(takeLock(path, 'it')).rejects.toMatchObject({
      kind: 'refused',
      message: message.replace('HOST', identity.host),
      details: { hint: 'if it has ended, use `--take-over`' },
    });
    const second = await takeLock(path, 'it', { takeOver: true });
    await expect(first.check()).rejects.toMatchObject({
      kind: 'refused',
      message: 'another process has taken over it',
    });
    // A process that has lost the lock does not release it.
    await first.release();
    await second.check();
    await expect(takeLock(path, 'it')).rejects.toMatchObject({ kind: 'refused' });
  });

  test('of a running process of this host is not taken over on request', async () => {
    const path = join(folder(), 'lock');
    await takeLock(path, 'it');
    await expect(takeLock(path, 'it', { takeOver: true })).rejects.toMatchObject({ kind: 'refused' });
  });

  test.each(['', 'x', '[]', '{"pid":1}'])('whose record is %j may still be held', async (text) => {
    const home = folder();
    const path = join(home, 'lock');
    writeFileSync(`${path}.1`, text);
    expect((await locksIn(home))(path)).toBe('unknown');
    await expect(takeLock(path, 'it')).rejects.toMatchObject({
      kind: 'refused',
      message: 'another process may be working on it: its lock cannot be read',
    });
    await (await takeLock(path, 'it', { takeOver: true })).check();
  });

  const placed: readonly (readonly [string, (path: string) => void])[] = [
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a folder', (path) => mkdirSync(join(path, 'below'), { recursive: true })],
    ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
    ['a dangling link', (path) => symlinkSync('/nonexistent', path)],
  ];
  (process.platform === 'win32' ? test.skip : test).each(placed)(
    'whose record is %s may be held, so it is refused without waiting',
    async (_, place) => {
      const home = folder();
      const path = join(home, 'lock');
      place(`${path}.1`);
      expect((await locksIn(home))(path)).toBe('unknown');
      await expect(takeLock(path, 'it')).rejects.toMatchObject({
        kind: 'refused',
        message: 'another process may be working on it: its lock cannot be read',
      });
      await (await takeLock(path, 'it', { takeOver: true })).release();
      expect(readdirSync(home)).toEqual(['lock.3']);
    },
  );

  test('ignores a record whose number is too large', async () => {
    const home = folder();
    const path = join(home, 'lock');
    writeFileSync(`${path}.99999999999999999999`, '{"released":true}');
    await (await takeLock(path, 'it')).check();
    expect((await locksIn(home))(path)).toBe(true);
  });

  test('is lost if its record is removed', async () => {
    const path = join(folder(), 'lock');
    const lock = await takeLock(path, 'it');
    rmSync(`${path}.1`);
    await expect(lock.check()).rejects.toMatchObject({ kind: 'refused' });
  });

  test('with another name that begins the same way is independent', async () => {
    const home = folder();
    await takeLock(join(home, 'a.lock'), 'a');
    await (await takeLock(join(home, 'a.lock.b.lock'), 'b')).check();
    writeFileSync(join(home, 'a.lock.01'), '');
    await expect(takeLock(join(home, 'a.lock'), 'a')).rejects.toMatchObject({ kind: 'refused' });
  });
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a zombie process does not hold a lock', async () => {
  const path = join(folder(), 'lock');
  // The shell is replaced by a program that never waits for its child; the child must run until then.
  const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(parent);
  const pid = await new Promise<string>((resolve) =>
    parent.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim())),
  );
  while (!readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await takeLock(path, 'it', { identity: { ...ownIdentity(), pid: Number(pid), started: '' } });
  await (await takeLock(path, 'it')).release();
});
