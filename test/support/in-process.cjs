// A filter for Jest (CommonJS, since Jest loads it with `require`): the tests for a run after each edit. They start no other
// program, such as the built one, a browser or a shell. Generated cases and the check of all patterns are left to `npm test`.
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const TESTS = dirname(__dirname);
/** Programs are started with these packages. */
const STARTERS = /['"](?:node:child_process|puppeteer-core)['"]/;
const IMPORTS = /\bfrom '(\.[^']+\.ts)'/g;

/** Folders and files of generated cases, or of checks that take long and rarely fail. */
const LONG = ['fuzz/', 'model/', 'patterns.test.ts', 'hostile/repeated-token.test.ts'].map((name) =>
  join(TESTS, name),
);

const known = new Map();

/** Whether a test file, or a support file that it imports, starts programs; modules of the program itself are not checked. */
function startsPrograms(file) {
  if (!known.has(file)) {
    known.set(file, false);
    const text = readFileSync(file, 'utf8');
    const imported = [...text.matchAll(IMPORTS)].map(([, path]) => join(dirname(file), path));
    const ofTests = imported.filter((path) => path.startsWith(TESTS));
    known.set(file, STARTERS.test(text) || ofTests.some(startsPrograms));
  }
  return known.get(file);
}

function isShort(file) {
  return !LONG.some((path) => file.startsWith(path)) && !startsPrograms(file);
}

module.exports = async (files) => ({ filtered: files.filter(isShort) });
