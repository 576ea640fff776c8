import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

/** Imports run downwards: a layer may import from layers of a lower rank, and from itself. */
const RANKS: Record<string, number> = {
  cli: 9,
  commands: 8,
  doctor: 7,
  report: 7,
  emulator: 7,
  present: 6,
  runs: 6,
  service: 5,
  input: 4,
  'sign-in': 4,
  graph: 3,
  overview: 3,
  state: 3,
  process: 2,
  outcome: 1,
  catalog: 0,
  text: 0,
};

/** The mock Graph must not share errors with the program that is tested with it. */
const EMULATOR_MAY = new Set(['emulator', 'catalog', 'state', 'process']);

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The file that is imported. */
  readonly target: string;
}

function layerOf(file: string): string {
  return (relative(SOURCES, file).split('/')[0] ?? '').replace(/\.d\.ts$|\.ts$/, '');
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, path = '']) => ({
    file: relative(SOURCES, file),
    from: layerOf(file),
    to: path.endsWith('package.json') ? 'manifest' : layerOf(resolve(dirname(file), path)),
    target: relative(SOURCES, resolve(dirname(file), path)),
  }));
}

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const imports = files.flatMap((name) => importsOf(join(SOURCES, name))).filter(({ to }) => to !== 'manifest');

describe('imports', () => {
  test('are found', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports).toContainEqual({
      file: 'cli/main.ts',
      from: 'cli',
      to: 'commands',
      target: 'commands/index.ts',
    });
  });

  test('are from and to layers with a rank', () => {
    expect(imports.filter(({ from, to }) => RANKS[from] === undefined || RANKS[to] === undefined)).toEqual(
      [],
    );
  });

  test('have no cycles, including type imports', () => {
    const below = new Map(files.map((name) => [name, imports.filter(({ file }) => file === name)]));
    const seen = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (name: string, path: readonly string[]): void => {
      if (seen.get(name) === 'open') cycles.push([...path, name].join(' → '));
      if (seen.has(name)) return;
      seen.set(name, 'open');
      for (const { target } of below.get(name) ?? []) visit(target, [...path, name]);
      seen.set(name, 'done');
    };
    for (const name of files) visit(name, []);
    expect(cycles).toEqual([]);
  });

  test('run downwards', () => {
    const upwards = imports.filter(({ from, to }) => {
      if (from === to) return false;
      return (RANKS[to] ?? 99) >= (RANKS[from] ?? -1);
    });
    expect(upwards).toEqual([]);
  });

  test('of the mock Graph are only facts and basic modules', () => {
    expect(imports.filter(({ from, to }) => from === 'emulator' && !EMULATOR_MAY.has(to))).toEqual([]);
  });

  test('of the catalog are none', () => {
    expect(imports.filter(({ from, to }) => from === 'catalog' && to !== 'catalog')).toEqual([]);
  });

  test('of modules of Node do not use `import()`, which reads all exports and so loads lazy parts of Node', () => {
    const late = files.filter((name) =>
      /\bimport\(\s*'node:/.test(readFileSync(join(SOURCES, name), 'utf8')),
    );
    expect(late).toEqual([]);
  });

  test('of `node:http` are only in the server: requests use the transport', () => {
    const http = files.filter((name) =>
      /['"]node:https?['"]/.test(readFileSync(join(SOURCES, name), 'utf8')),
    );
    expect(http).toEqual(['emulator/server.ts']);
  });

  test('of packages are dependencies or in the bundle', () => {
    const { dependencies, devDependencies, inlinedDependencies } = JSON.parse(
      readFileSync(join(SOURCES, '../package.json'), 'utf8'),
    );
    const packages = files
      .filter((name) => !name.endsWith('.d.ts'))
      .flatMap((name) => {
        const text = readFileSync(join(SOURCES, name), 'utf8');
        return [...text.matchAll(/(?:from|import)\s*\(?\s*'((?:@[\w-]+\/)?[\w-]+)(?:\/[^']*)?'/g)].map(
          ([, found = '']) => found,
        );
      });
    // The keyring package is optional.
    const needed = packages.filter((name) => name !== '@azure/identity-cache-persistence');
    expect(needed).toContain('commander');
    const bundled = needed.filter((name) => !Object.hasOwn(dependencies, name));
    // The build checks that `inlinedDependencies` has the bundled packages.
    expect(bundled.filter((name) => inlinedDependencies[name] !== devDependencies[name])).toEqual([]);
    expect(bundled.filter((name) => !Object.hasOwn(devDependencies, name))).toEqual([]);
    expect(Object.keys(dependencies).filter((name) => !needed.includes(name))).toEqual([]);
  });
});
