import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { takeLock } from '../../src/state/lock.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

test('a lock names its holder, is held once, and leaves nothing behind', async () => {
  const home = folder();
  const path = join(home, 'lock');
  const lock = await takeLock(path, 'it');
  expect(readdirSync(home)).toEqual(['lock']);
  expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  await expect(takeLock(path, 'it')).rejects.toMatchObject({ kind: 'refused' });
  await lock.release();
  expect(readdirSync(home)).toEqual([]);
});

test('of many who find a stale lock, one takes it over', async () => {
  const path = join(folder(), 'lock');
  writeFileSync(path, '999999999 1');
  const takers = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path, 'it')));
  expect(takers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a process that ended, and that nobody has waited for, holds no lock', async () => {
  const path = join(folder(), 'lock');
  // The shell becomes a program that never waits for the child it has.
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(parent);
  const pid = await new Promise<string>((resolve) =>
    parent.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim())),
  );
  while (!readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  writeFileSync(path, `${pid} `);
  await (await takeLock(path, 'it')).release();
});
