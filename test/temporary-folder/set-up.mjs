import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tearDown from './tear-down.mjs';
import { withoutSignInTools } from './without-sign-in-tools.mjs';

/**
 * All that the tests put into the folder for temporary files goes into one of their own, which is removed at the end.
 * @returns what removes it, for Vitest; Jest is told where it is
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

/** Bytes that have to be free there. */
const ENOUGH = 2 ** 30;

/**
 * A folder in memory, where Linux has one that programs can be started from: a journal is forced to the disk row by row,
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
    // None, or none to write to.
  }
  if (folder !== undefined) rmSync(folder, { recursive: true });
  return undefined;
}
