import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from '../src/cli/command-tree.ts';
import { COMMANDS } from '../src/commands/index.ts';

/** Phrases that are not used, and what to write instead. A phrase matches whole words, in any letter case. */
const PHRASES: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bwho(?:so)?ever\b/gi, 'the caller, the user, a process'],
  [/\banew\b/gi, 'again, a new …'],
  [/\bnought\b/gi, 'zero'],
  [/\bheeded\b/gi, 'ignored, used'],
  [/\bgoes on\b/gi, 'continues'],
  [/\bobeys\b/gi, 'follows, executes'],
  [/\bhears\b/gi, 'is notified, is called with'],
  [/\bthere already\b/gi, 'already up to date, exists'],
  [/\bembedded graph\b/gi, 'built-in mock Graph'],
  [/\bnobody (?:can be asked|knows|signed in|waits|sends|is let in)\b/gi, 'unknown, not a terminal, …'],
  [/\b(?:next|last) look\b/gi, 'next check, last check'],
  [/\b(?:cannot be|is|are|was|were) told\b/gi, 'unknown, reported'],
  [/\bwithout a word\b/gi, 'silently'],
  [/\bfor ever\b/gi, 'forever, without end'],
  [/\baccounts for every\b/gi, 'lists'],
  [/\bwhat moved\b|\bmoved since\b/gi, 'the changes'],
  [/\bsomeone else\b/gi, 'another client, another user'],
  [/\bleave [^.;`']{0,20}\bout\b/gi, 'remove'],
  [/\b\d*[smh] are over\b/gi, 'timed out after …'],
  [/\ballow more with\b/gi, 'increase, wait longer with'],
  [
    /(?<!there )\bis no (?:property|route|host|number|text|object|list|duration|rate|tenant)\b/gi,
    'is not a …',
  ],
  [/\b(?:befall|dwell|tongue|quaint|hither|thither|whence)\b/gi, 'a word of today'],
];

const ROOT = join(import.meta.dirname, '..');

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('node_modules'));
}

/** Each use of a phrase as `place:line: phrase → what to write instead`. */
function phrasesIn(place: string, text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      PHRASES.flatMap(([pattern, instead]) =>
        [...line.matchAll(pattern)].map(([found]) => `${place}:${index + 1}: ${found} → ${instead}`),
      ),
    );
}

describe('plain technical English', () => {
  test('in the code, the tests and the documentation', () => {
    const files = [
      ...filesBelow('src', /\.(?:ts|css)$/),
      ...filesBelow('docs', /\.(?:md|mjs)$/),
      ...['bench', 'build', '.ci'].flatMap((folder) => filesBelow(folder, /\.[cm]js$/)),
      // The titles and comments of the tests; this file lists the phrases themselves.
      ...filesBelow('test', /\.[cm]?[jt]s$/).filter((path) => path !== import.meta.filename),
      ...filesBelow('schema', /\.json$/),
      ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].map((name) => join(ROOT, name)),
    ];
    expect(files.length).toBeGreaterThan(500);
    const found = files.flatMap((file) => phrasesIn(file.slice(ROOT.length + 1), readFileSync(file, 'utf8')));
    expect(found).toEqual([]);
  });

  test.each(COMMANDS.map(({ name }) => name))(
    'in the help of %s, with a capital at the beginning',
    (name) => {
      const parsed = parse([name, '--help'], 1_000);
      const text = 'text' in parsed ? parsed.text : '';
      expect(text).toContain('Usage: ');
      expect(phrasesIn(`${name} --help`, text)).toEqual([]);
      const command = COMMANDS.find((one) => one.name === name);
      const sentences = [
        command?.summary ?? '',
        ...(command?.options ?? []).map(({ description }) => description),
        ...(command?.examples ?? []).map(({ what }) => what),
      ];
      expect(sentences.filter((sentence) => /^[a-z]/.test(sentence))).toEqual([]);
    },
  );

  test('finds a phrase of the list as whole words, with its place', () => {
    expect(phrasesIn('a.ts', 'fine\nWhoever reads it; a renewal')).toEqual([
      'a.ts:2: Whoever → the caller, the user, a process',
    ]);
    expect(phrasesIn('a.ts', 'there is no route; leave the file out')).toEqual([
      'a.ts:1: leave the file out → remove',
    ]);
  });
});
