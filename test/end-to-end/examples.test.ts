import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/commands/index.ts';
import { BINARY, cleanEnvironment, type Ended, endOf } from '../support/binary.ts';

const PAGE = readFileSync(new URL('../../docs/examples.md', import.meta.url), 'utf8');

/** The shell blocks of the page by their headings, except the one that starts a server on a fixed port. */
const blocks = [...PAGE.matchAll(/## (.+)\n\n```sh\n([\s\S]*?)```/g)]
  .map(([, heading = '', script = '']) => [heading, script] as const)
  .filter(([heading]) => heading !== 'Rehearse');

/** Runs a script in a new folder, with the program on the PATH. */
function runScript(script: string): Promise<Ended> {
  const clean = cleanEnvironment();
  const folder = join(clean.HOME ?? '', 'bin');
  mkdirSync(folder);
  const program = join(folder, 'graph-overview');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${BINARY}' "$@"\n`);
  chmodSync(program, 0o755);
  return endOf(
    spawn('bash', ['-c', script], {
      cwd: clean.HOME,
      env: { ...clean, PATH: `${folder}:${clean.PATH}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

describe('the page of examples', () => {
  test('has the blocks that are run here', () => {
    expect(blocks.map(([heading]) => heading)).toEqual([
      'Read',
      'Write',
      'Watch and wait',
      'Check before writing',
      'Change many',
    ]);
  });

  test.concurrent.each(blocks)('%s: every line runs unchanged', async (_, script) => {
    const { stdout, stderr } = await runScript(script);
    expect(stderr).not.toMatch(/^(error|warning)\b/m);
    expect(stdout).not.toBe('');
  });
});

/** Runs a command that may not end, and stops it when it has printed something. */
function untilItPrints(line: string): string {
  return `: > seen; ${line} > seen & until test -s seen; do sleep 0.1; done
kill -TERM $! 2>/dev/null || true; wait $! || test $? -eq 143; cat seen`;
}

describe('the examples of the help', () => {
  /** These need a user or a tenant for a sign-in. */
  const needTenant = ['login', 'whoami'];

  // In parallel, since some take seconds without much work.
  test.concurrent.each(
    COMMANDS.filter(({ name }) => !needTenant.includes(name)).map((row) => [row.name, row] as const),
  )(
    '%s: all run unchanged, in their order',
    async (name, { examples }) => {
      expect(examples.length).toBeGreaterThanOrEqual(2);
      const lines = examples.map(({ line }) => `graph-overview ${line}`);
      // `serve` and `watch` run until they are stopped.
      const script = lines.map((line) => {
        if (['serve', 'watch'].includes(name)) return untilItPrints(line);
        // The runs of the examples before it are done.
        if (line.includes('--resume last'))
          return `{ ${line} 2> said || test $? -eq 2; } && grep -q 'nothing to resume' said`;
        return line;
      });
      const { code, stdout, stderr } = await runScript(['set -e', ...script].join('\n'));
      expect(stderr).not.toMatch(/^(error|warning)\b/m);
      expect(code).toBe(0);
      if (name !== 'logout') expect(stdout).not.toBe('');
    },
    60_000,
  );
});
