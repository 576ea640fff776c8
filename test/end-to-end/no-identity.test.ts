import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cleanEnvironment } from '../support/binary.ts';
import { folderFor } from './sign-in-fixture.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = folderFor('no-identity');
const marker = join(folder, 'identity-was-loaded');

/** The program with its dependencies, but with a replacement for @azure/identity that creates a file when it is loaded. */
beforeAll(() => {
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'node_modules', '@azure', 'identity'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter(
    (other) => other !== '@azure' && !other.startsWith('.'),
  )) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  const fake = join(folder, 'node_modules', '@azure', 'identity');
  writeFileSync(
    join(fake, 'package.json'),
    '{"name":"@azure/identity","type":"module","exports":"./index.js"}',
  );
  writeFileSync(
    join(fake, 'index.js'),
    `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(marker)}, '');`,
  );
});

function run(...args: string[]) {
  const env = {
    ...cleanEnvironment(),
    AZURE_TENANT_ID: 't',
    AZURE_CLIENT_ID: 'c',
    AZURE_CLIENT_SECRET: 'secret',
  };
  return spawnSync(process.execPath, [join(folder, 'bin/graph-overview.js'), ...args], {
    env,
    encoding: 'utf8',
  });
}

describe('@azure/identity is not loaded', () => {
  test.each([
    [['--help']],
    [['patch', '--help']],
    [['--version']],
    [['routes']],
    [['patch', 'id:x', '--pending', '1', '--dry-run']],
    [['get', '5a3b1c00-0b1e-4d5a-9c3e-000000000001', '--local']],
    [['logout']],
    [['completion', 'bash']],
    [['patch', 'id:x', '--pending', 'wrong']],
  ])('by %j', (args) => {
    const { status } = run(...args);
    expect([0, 2]).toContain(status);
    expect(existsSync(marker)).toBe(false);
  });

  test('but is loaded to acquire a token', () => {
    run('whoami');
    expect(existsSync(marker)).toBe(true);
  });
});
