import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tearDown from './tear-down.mjs';
import { withoutSignInTools } from './without-sign-in-tools.mjs';

/**
 * All that the tests put into the folder for temporary files goes into one of their own, which is removed at the end.
 * @returns what removes it, for Vitest; Jest is told where it is
 */
export default function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'graph-overview-tests-'));
  process.env.GRAPH_OVERVIEW_TESTS = folder;
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  if (process.platform !== 'win32')
    process.env.PATH = withoutSignInTools(process.env.PATH ?? '', join(folder, 'tools'));
  return tearDown;
}
