import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

/** Imports run downwards: a room may import from rooms of a lower rank, and from its own. */
const RANKS: Record<string, number> = {
  main: 7,
  'process-runtime': 6,
  'process-end': 6,
  interruption: 5,
  'write-state': 6,
  'process-output': 5,
  'source-stack': 5,
  program: 6,
  'report-writer': 6,
  commands: 5,
  bulk: 4,
  doctor: 4,
  present: 4,
  report: 4,
  emulator: 4,
  service: 3,
  graph: 2,
  'sign-in': 2,
  state: 2,
  overview: 1,
  catalog: 0,
  errors: 0,
  events: 0,
  'json-depth': 0,
  'spreadsheet-cell': 0,
  result: 0,
  runtime: 0,
  secrets: 1,
  'escaped-text': 0,
  'unless-aborted': 0,
};

/** Rooms of one rank that may know each other, besides the facts at the bottom. */
const NEIGHBOURS = new Set(['sign-in → graph', 'sign-in → state', 'result → errors', 'report → present']);

/** The embedded Graph must not share a mistake with the program that is tested against it. */
const EMULATOR_MAY = new Set(['emulator', 'catalog', 'state', 'runtime']);

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function roomOf(file: string): string {
  return (relative(SOURCES, file).split('/')[0] ?? '').replace(/\.d\.ts$|\.ts$/, '');
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, path = '']) => ({
    file: relative(SOURCES, file),
    from: roomOf(file),
    to: path.endsWith('package.json') ? 'manifest' : roomOf(resolve(dirname(file), path)),
  }));
}

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const imports = files.flatMap((name) => importsOf(join(SOURCES, name))).filter(({ to }) => to !== 'manifest');

describe('imports', () => {
  test('are found at all', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports).toContainEqual({ file: 'main.ts', from: 'main', to: 'program' });
  });

  test('every room has a rank', () => {
    expect(imports.filter(({ from, to }) => RANKS[from] === undefined || RANKS[to] === undefined)).toEqual(
      [],
    );
  });

  test('run downwards', () => {
    const upwards = imports.filter(({ from, to }) => {
      if (from === to || NEIGHBOURS.has(`${from} → ${to}`)) return false;
      return (RANKS[to] ?? 99) >= (RANKS[from] ?? -1);
    });
    expect(upwards).toEqual([]);
  });

  test('the embedded Graph shares nothing but facts', () => {
    expect(imports.filter(({ from, to }) => from === 'emulator' && !EMULATOR_MAY.has(to))).toEqual([]);
  });

  test('the catalog imports nothing', () => {
    expect(imports.filter(({ from, to }) => from === 'catalog' && to !== 'catalog')).toEqual([]);
  });

  test('no module of Node is loaded late by `import()`: that reads all its exports, and so wakes what Node keeps asleep', () => {
    const late = files.filter((name) =>
      /\bimport\(\s*'node:/.test(readFileSync(join(SOURCES, name), 'utf8')),
    );
    expect(late).toEqual([]);
  });

  test('`node:http` is for servers: requests go by the transport', () => {
    const http = files.filter((name) =>
      /['"]node:https?['"]/.test(readFileSync(join(SOURCES, name), 'utf8')),
    );
    expect(http).toEqual(['emulator/server.ts']);
  });

  test('every package that is imported comes with the program: installed with it, or in its bundle', () => {
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
    // The keyring's package is looked for, not depended on.
    const needed = packages.filter((name) => name !== '@azure/identity-cache-persistence');
    expect(needed).toContain('commander');
    const bundled = needed.filter((name) => !Object.hasOwn(dependencies, name));
    // The build itself demands that `inlinedDependencies` is what it bundled.
    expect(bundled.filter((name) => inlinedDependencies[name] !== devDependencies[name])).toEqual([]);
    expect(bundled.filter((name) => !Object.hasOwn(devDependencies, name))).toEqual([]);
    expect(Object.keys(dependencies).filter((name) => !needed.includes(name))).toEqual([]);
  });
});
