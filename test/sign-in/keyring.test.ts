import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Authority, startAuthority } from '../authority/authority.ts';
import { environmentOf, folderFor, TENANT } from '../end-to-end/sign-in-fixture.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = folderFor('keyring');
let authority: Authority;

/** The program with its dependencies, and the keyring package as on a machine without a keyring. */
beforeAll(async () => {
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  const modules = join(folder, 'node_modules');
  const fake = join(modules, '@azure', 'identity-cache-persistence');
  mkdirSync(fake, { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((other) => !/^[.@]/.test(other)))
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  symlinkSync(join(ROOT, 'node_modules', '@azure', 'identity'), join(modules, '@azure', 'identity'));
  for (const scope of readdirSync(join(ROOT, 'node_modules')).filter((name) => /^@(?!azure)/.test(name)))
    symlinkSync(join(ROOT, 'node_modules', scope), join(modules, scope));
  writeFileSync(
    join(fake, 'package.json'),
    '{"name":"@azure/identity-cache-persistence","type":"module","exports":"./index.js"}',
  );
  writeFileSync(
    join(fake, 'index.js'),
    `export const cachePersistencePlugin = ({ cachePluginControl }) =>
  cachePluginControl.setPersistence(async () => { throw new Error('Unable to read from the system keyring'); });`,
  );
  authority = await startAuthority({ folder });
});

afterAll(() => authority.close());

test('login warns that the sign-in is valid for this process only if the keyring package finds no keyring', async () => {
  const args = ['login', '--device-code', '--tenant', TENANT, '-o', 'json'];
  const child = spawn(process.execPath, [join(folder, 'bin/graph-overview.js'), ...args], {
    env: environmentOf(authority),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (part) => (stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part) => (stderr += part));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, stderr]).toEqual([0, expect.stringContaining('is valid for this process only')]);
  expect(JSON.parse(stdout)).toMatchObject({ storage: 'process' });
});
