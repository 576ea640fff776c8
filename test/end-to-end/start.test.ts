import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { BINARY, cleanEnvironment } from '../support/binary.ts';
import { folderFor } from './sign-in-fixture.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const MANIFEST = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const { demandListed, packagesOf } = await import(
  fileURLToPath(new URL('../../build/packages.mjs', import.meta.url))
);
const folder = folderFor('start');

/** A process that hangs is killed: its status is null then. */
function run(args: readonly string[], env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BINARY, ...args], {
    env,
    encoding: 'utf8',
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  return { status, stdout, stderr };
}

describe('a start writes no file, and needs no writable folder', () => {
  test.each([['--version'], ['--help'], ['routes'], ['completion bash'], ['get --nope']])('%s', (line) => {
    const env = cleanEnvironment();
    expect([0, 2]).toContain(run(line.split(' '), env).status);
    expect(readdirSync(env.HOME ?? '')).toEqual([]);
  });

  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const closed = join(folder, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o555);

  test.each([
    ['in which no file can be created', '/proc'],
    ['that is missing', join(folder, 'missing')],
    ['that is a file', file],
    ['that is read-only', closed],
    ['that is empty', ''],
    ['that is relative', 'home'],
  ])('with a home %s', (_, home) => {
    const { HOME: _home, ...rest } = cleanEnvironment();
    for (const env of [{ HOME: home }, { LOCALAPPDATA: home }, { XDG_CACHE_HOME: home }])
      expect(run(['--version'], { ...rest, ...env })).toEqual({
        status: 0,
        stdout: `${MANIFEST.version}\n`,
        stderr: '',
      });
  });
});

describe('the chunks of the build', () => {
  const chunks = new Map(
    readdirSync(DIST)
      .filter((name) => name.endsWith('.js') && name !== 'report-page.js')
      .map((name) => [name, readFileSync(join(DIST, name), 'utf8')]),
  );

  /** The chunks that a chunk requires at once, at its head. */
  function headOf(name: string): string[] {
    return [...(chunks.get(name) ?? '').matchAll(/^.*\brequire\("\.\/([^"]+)"\);$/gm)]
      .filter(([line]) => !/^\s/.test(line))
      .map(([, path = '']) => path);
  }

  test('do not require each other in a cycle, in which a name would be undefined', () => {
    const visit = (name: string, path: readonly string[]): void => {
      expect(path).not.toContain(name);
      for (const next of headOf(name)) visit(next, [...path, name]);
    };
    expect(headOf('main.js')).not.toEqual([]);
    for (const name of chunks.keys()) visit(name, []);
  });

  test('start other programs only for a sign-in', () => {
    const starters = [...chunks].filter(([, code]) =>
      /\b(?:require|getBuiltinModule)\("(?:node:)?child_process"\)/.test(code),
    );
    expect(starters.map(([name]) => name)).toEqual(['choose-credential.js']);
  });

  test('require only each other, modules of Node, and dependencies of the program', () => {
    const known = new Set([
      ...[...chunks.keys()].map((name) => `./${name}`),
      ...builtinModules.flatMap((name) => [name, `node:${name}`]),
      ...Object.keys(MANIFEST.dependencies),
    ]);
    const unknown = [...chunks].flatMap(([name, code]) =>
      [...code.matchAll(/\b(?:require(?:\$\d+)?|import)\(\s*["'`]([^"'`]+)["'`]\s*\)/g)]
        .map(([, specifier = '']) => specifier)
        .filter((specifier) => !known.has(specifier))
        .map((specifier) => `${name}: ${specifier}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('the list of bundled packages in package.json', () => {
  const files = ['commander/esm.mjs', 'commander/lib/command.js', '@jmespath-community/jmespath/dist/lib.js'];
  const bundled = packagesOf(['src/main.ts', ...files.map((file) => join(DIST, '../node_modules', file))]);
  const right = { '@jmespath-community/jmespath': '1.3.0', commander: '14.0.3' };

  test('is accepted if it is correct', () => {
    expect(() => demandListed(bundled, { inlinedDependencies: right })).not.toThrow();
  });

  test.each([
    ['no list', undefined],
    ['a package that is missing', { commander: '14.0.3' }],
    ['a package that is not bundled', { ...right, chalk: '5.6.2' }],
    ['another version', { ...right, commander: '14.0.2' }],
  ])('fails the build with %s', (_, list) => {
    expect(() => demandListed(bundled, { inlinedDependencies: list })).toThrow('"commander": "14.0.3"');
  });
});
