import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tearDown from './tear-down.mjs';
import { withoutSignInTools } from './without-sign-in-tools.mjs';

/**
 * Puts all temporary files of the tests into one folder, which is removed at the end.
 * @returns the function that removes it, for Vitest; Jest uses the environment variable
 */
export default function setUp() {
  const folder = inMemory() ?? newFolder(tmpdir());
  process.env.GRAPH_OVERVIEW_TESTS = folder;
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  if (process.platform !== 'win32')
    process.env.PATH = withoutSignInTools(process.env.PATH ?? '', join(folder, 'tools'));
  return tearDown;
}

const newFolder = (parent) => mkdtempSync(join(parent, 'graph-overview-tests-'));

/** The required free space in bytes. */
const ENOUGH = 2 ** 30;

/**
 * A folder in memory, if Linux has one from which programs can be started: a journal is synced to the disk for each row,
 * which takes milliseconds on a disk.
 */
function inMemory() {
  const memory = '/dev/shm';
  if (process.platform !== 'linux' || process.env.TMPDIR !== undefined) return undefined;
  let folder;
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize < ENOUGH) return undefined;
    folder = newFolder(memory);
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
    if (spawnSync(program).status === 0) return folder;
  } catch {
    // There is none, or it is not writable.
  }
  if (folder !== undefined) rmSync(folder, { recursive: true });
  return undefined;
}
