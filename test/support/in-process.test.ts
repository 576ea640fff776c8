import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const filter = createRequire(import.meta.url)('./in-process.cjs');
const pathOf = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

test.each([
  ['starts no program', 'overview/id.test.ts', true],
  ['runs the program in this process', 'commands/list.test.ts', true],
  ['starts the shell', 'present/views/request.test.ts', false],
  ['starts the built program through another file', 'end-to-end/seed-page.test.ts', false],
  ['starts a browser through another file', 'report/browser.test.ts', false],
  ['has generated cases', 'fuzz/input.test.ts', false],
  ['has generated sequences', 'model/model.test.ts', false],
  ['checks all patterns', 'patterns.test.ts', false],
  ['runs all commands in all formats', 'hostile/repeated-token.test.ts', false],
])('a file that %s: %s, %p', async (_, file, runs) => {
  expect(await filter([pathOf(file)])).toEqual({ filtered: runs ? [pathOf(file)] : [] });
});
