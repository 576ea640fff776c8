// A filter for Jest (CommonJS, for Jest loads it with `require`): the tests that start no other program. They need no
// build, no browser and no shell.
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const TESTS = dirname(__dirname);
/** What starts programs is in these packages; what the build made is in `dist`. */
const NEEDS_MORE = /['"](?:node:child_process|puppeteer-core)['"]|\.\.\/dist\//;
const IMPORTS = /\bfrom '(\.[^']+\.ts)'/g;

const known = new Map();

/** Whether a file of the tests, or one that it imports, starts programs; what they import of the program itself does not. */
function needsMore(file) {
  if (!known.has(file)) {
    known.set(file, false);
    const text = readFileSync(file, 'utf8');
    const imported = [...text.matchAll(IMPORTS)].map(([, path]) => join(dirname(file), path));
    const ofTests = imported.filter((path) => path.startsWith(TESTS));
    known.set(file, NEEDS_MORE.test(text) || ofTests.some(needsMore));
  }
  return known.get(file);
}

module.exports = async (files) => ({ filtered: files.filter((file) => !needsMore(file)) });
