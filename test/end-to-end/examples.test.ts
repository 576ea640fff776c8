import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BINARY, cleanEnvironment } from './binary.ts';

const PAGE = readFileSync(new URL('../../docs/examples.md', import.meta.url), 'utf8');

/** The page's shell blocks by their headings; the one that starts a server on a fixed port is left to people. */
const blocks = [...PAGE.matchAll(/## (.+)\n\n```sh\n([\s\S]*?)```/g)]
  .map(([, heading = '', script = '']) => [heading, script] as const)
  .filter(([heading]) => heading !== 'Rehearse');

describe('the page of examples', () => {
  test('has blocks', () => {
    expect(blocks.map(([heading]) => heading)).toEqual(['Look', 'Write', 'Be careful']);
  });

  test.each(blocks)('%s: every line runs as it stands', (_, script) => {
    const env = cleanEnvironment();
    const folder = join(env.HOME ?? '', 'bin');
    mkdirSync(folder);
    const program = join(folder, 'graph-overview');
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${BINARY}' "$@"\n`);
    chmodSync(program, 0o755);
    const { stdout, stderr } = spawnSync('bash', ['-c', script], {
      cwd: env.HOME,
      env: { ...env, PATH: `${folder}:${env.PATH}` },
      encoding: 'utf8',
    });
    expect(stderr).not.toMatch(/error|warning/);
    expect(stdout).not.toBe('');
  });
});
