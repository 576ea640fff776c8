import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

/** Imports run downwards: a room may import from rooms of a lower rank, and from its own. */
const RANKS: Record<string, number> = {
  launch: 8,
  main: 7,
  'process-runtime': 6,
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
  guid: 0,
  'json-depth': 0,
  'spreadsheet-cell': 0,
  result: 0,
  runtime: 0,
  secrets: 1,
  'code-cache': 0,
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

  test('every package that is imported comes with the program: installed with it, or in its bundle', () => {
    const { dependencies } = JSON.parse(readFileSync(join(SOURCES, '../package.json'), 'utf8'));
    const notices = readFileSync(join(SOURCES, '../dist/THIRD-PARTY.txt'), 'utf8');
    const bundled = [...notices.matchAll(/^(\S+) \d+\.\d+\.\d+ \(/gm)].map(([, name = '']) => name);
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
    expect(needed.filter((name) => !Object.hasOwn(dependencies, name) && !bundled.includes(name))).toEqual(
      [],
    );
    expect(Object.keys(dependencies).filter((name) => !needed.includes(name))).toEqual([]);
  });
});
