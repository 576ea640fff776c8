import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CLOUDS } from '../src/catalog/clouds.ts';
import { PROPERTIES } from '../src/catalog/properties.ts';
import { ROUTES } from '../src/catalog/routes.ts';
import { EXIT_CODES } from '../src/outcome/errors.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

const pageOf = (name: string): string => readFileSync(new URL(`../docs/${name}.md`, import.meta.url), 'utf8');

/** The rows of the tables in README and in linked pages, as cells without back-quotes. */
const rows = [README, ...['routes', 'sign-in', 'exit-codes'].map(pageOf)]
  .flatMap((page) => page.split('\n'))
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.replaceAll('`', '').trim()),
  );

describe('README and the pages that it links to', () => {
  test('README has at most 180 lines', () => {
    expect(README.trimEnd().split('\n').length).toBeLessThanOrEqual(180);
  });

  test('README links to every page', () => {
    const pages = readdirSync(new URL('../docs', import.meta.url)).filter((name) => name.endsWith('.md'));
    expect(pages.filter((name) => !README.includes(`](docs/${name})`))).toEqual([]);
  });

  test.each(ROUTES.map(({ name, path }) => [name, path]))('has the route %s', (name, path) => {
    const row = rows.find(([first]) => first === name || first === `${name} (default)`);
    expect(row?.[1] ?? '').toBe(path);
  });

  test.each(PROPERTIES.map(({ flag, name }) => [flag, name]))('has the flag --%s', (flag, name) => {
    expect(rows.find(([first]) => first === `--${flag}`)?.[1]).toMatch(new RegExp(`^${name}\\b`));
  });

  test.each(Object.entries(CLOUDS))('has the cloud %s', (name, { graph, authority }) => {
    expect(rows).toContainEqual([expect.stringMatching(new RegExp(`^${name}\\b`)), graph, authority]);
  });

  test('has every exit code that a command can end with', () => {
    const codes = rows.flatMap(([first = '']) =>
      /^[\d, ]+$/.test(first) ? first.split(', ').map(Number) : [],
    );
    expect(Object.values(EXIT_CODES).filter((code) => !codes.includes(code))).toEqual([]);
  });

  test('has exactly two commands in the quick start', () => {
    const section = README.split('## Quick start')[1]?.split('\n## ')[0] ?? '';
    const commands = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
      text.trim().split('\n'),
    );
    expect(commands).toHaveLength(2);
    expect(commands[1]).toBe('npm cit');
  });
});
