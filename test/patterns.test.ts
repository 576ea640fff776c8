import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';
import type * as Recheck from 'recheck';

/** Every pattern can be applied to external text: from a service, a file, an argument, the environment or a browser. */
const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

const NATIVE = join(SOURCES, `../node_modules/recheck-${process.platform}-${process.arch}`);

interface Literal {
  readonly pattern: string;
  readonly flags: string;
}

/** The native checker if it is installed, which takes a fiftieth of the time; otherwise the one in JavaScript. */
let check: typeof Recheck.check;

beforeAll(async () => {
  process.env.RECHECK_BACKEND = existsSync(NATIVE) ? 'native' : 'pure';
  ({ check } = await import('recheck'));
});

/** Calls `visit` for each node of a syntax tree. */
function walk(node: unknown, visit: (node: Readonly<Record<string, unknown>>) => void): void {
  if (typeof node !== 'object' || node === null) return;
  visit(node as Readonly<Record<string, unknown>>);
  for (const part of Object.values(node)) walk(part, visit);
}

function treeOf(source: string): unknown {
  return parseSync(source, { syntax: 'typescript', target: 'es2022' });
}

function literalsOf(source: string): Literal[] {
  const literals: Literal[] = [];
  walk(treeOf(source), ({ type, pattern, flags }) => {
    if (type === 'RegExpLiteral') literals.push({ pattern: String(pattern), flags: String(flags) });
  });
  return literals;
}

/** The number of patterns that are created at run time, which cannot be checked here. */
function createdAtRunTime(source: string): number {
  let made = 0;
  walk(treeOf(source), ({ callee }) => {
    if ((callee as { value?: unknown } | null | undefined)?.value === 'RegExp') made += 1;
  });
  return made;
}

async function problemOf({ pattern, flags }: Literal): Promise<string | undefined> {
  // The check of patterns with bounded repetitions is random: a seed makes it repeatable.
  const found = await check(pattern, flags, { timeout: 60_000, randomSeed: 1 });
  if (found.status === 'safe') return undefined;
  const why = found.status === 'vulnerable' ? found.complexity.summary : found.error.kind;
  return `/${pattern}/${flags}: ${found.status}, ${why}`;
}

const FILES = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

describe('the check', () => {
  test.each([
    ['a repetition at the end', '/+$'.replace('/', '\\/')],
    ['a repetition before a word', '\\s*word'],
    ['an ambiguous alternative', '(a|a)*b'],
    ['a nested repetition', '(a+)+b'],
    ['a repetition in a lookahead', '\\B(?=(?:\\d{3})+$)'],
  ])('finds %s', async (_, pattern) => {
    expect(await problemOf({ pattern, flags: '' })).toContain('vulnerable');
  });

  test('finds literals, and patterns that are created at run time', () => {
    expect(literalsOf('const a: string = b.replace(/x+/gi, "/y+/"); // /z+/')).toEqual([
      { pattern: 'x+', flags: 'gi' },
    ]);
    expect(createdAtRunTime('const a = new RegExp(b); const c = RegExp(d);')).toBe(2);
  });
});

test('every pattern takes linear time', async () => {
  const literals = new Map(
    FILES.flatMap((name) => literalsOf(readFileSync(join(SOURCES, name), 'utf8'))).map((literal) => [
      `/${literal.pattern}/${literal.flags}`,
      literal,
    ]),
  );
  expect(literals.size).toBeGreaterThan(100);
  const faults: string[] = [];
  for (const literal of literals.values()) {
    const fault = await problemOf(literal);
    if (fault !== undefined) faults.push(fault);
  }
  expect(faults).toEqual([]);
}, 300_000);

test('no pattern is created at run time', () => {
  expect(FILES.filter((name) => createdAtRunTime(readFileSync(join(SOURCES, name), 'utf8')) > 0)).toEqual([]);
});
