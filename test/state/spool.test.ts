import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Runtime } from '../../src/process/runtime.ts';
import { ownIdentity, type ProcessIdentity } from '../../src/state/process-identity.ts';
import { removeAbandonedSpools, spoolInput } from '../../src/state/spool.ts';

const name = (digit: string): string => `input-${digit.repeat(8)}-0000-4000-8000-000000000000`;

function runtimeIn(folder: string): Runtime {
  return {
    env: { GRAPH_OVERVIEW_STATE: folder },
    platform: 'linux',
    uuid: () => name('1').slice('input-'.length),
    signal: new AbortController().signal,
  } as unknown as Runtime;
}

async function* rows(): AsyncGenerator<string> {
  yield 'a';
}

test('input is stored while its process needs it, and files of killed processes are removed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
  const spooled = (digit: string, owner: Partial<ProcessIdentity> | undefined): void => {
    mkdirSync(join(folder, name(digit)));
    writeFileSync(join(folder, name(digit), 'rows'), '');
    if (owner === undefined) return;
    writeFileSync(join(folder, name(digit), 'owner.json'), JSON.stringify({ ...ownIdentity(), ...owner }), {
      mode: 0o600,
    });
  };
  spooled('2', { pid: 999_999_999 });
  spooled('3', { pid: 999_999_999, host: 'elsewhere' });
  spooled('4', undefined);
  mkdirSync(join(folder, 'runs'));
  const runtime = runtimeIn(folder);
  const spool = await spoolInput(rows(), 'standard input', runtime);
  await removeAbandonedSpools(runtime);
  expect(existsSync(spool.path)).toBe(true);
  // Files of a process of another host, or without an owner, are kept.
  expect(readdirSync(folder).sort()).toEqual([name('1'), name('3'), name('4'), 'runs']);
  await spool.remove();
  expect(existsSync(spool.path)).toBe(false);
});

const onPosix = process.platform === 'win32' ? test.skip : test;

onPosix('a pipe in place of its owner is not waited for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
  mkdirSync(join(folder, name('2')));
  execFileSync('mkfifo', [join(folder, name('2'), 'owner.json')]);
  await removeAbandonedSpools(runtimeIn(folder));
  expect(readdirSync(folder)).toEqual([name('2')]);
});
