// Mutation testing: makes small changes to the program, one at a time, and checks whether a test detects them.
//   npm run mutation                           all parts, some minutes each; --write updates their rows in docs/trust.md
//   npm run mutation -- graph runs             these parts
//   npm run mutation -- src/graph/retry.ts     one file, with the tests of its part; survivors are printed
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readTable, tableOf, writeTable } from '../trust-page.mjs';
import { PARTS } from './parts.mjs';

/** The required percentage of killed mutants; excluded mutants count as survivors. */
const REQUIRED = 85;

const HEAD = ['part', 'mutants', 'killed', 'survived', 'no test', 'excluded', 'killed, %'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const folder = mkdtempSync(join(tmpdir(), 'graph-overview-mutation-'));
try {
  install();
  const results = chosen().map((part) => {
    const result = mutate(part);
    // After each part, since a part takes minutes.
    if (values.write && part.name in PARTS) writeRow(result);
    return result;
  });
  console.log(
    `\n${tableOf(
      HEAD,
      results.map(({ name, counts }) => [name, ...cellsOf(columnsOf(counts))]),
    )}`,
  );
  process.exitCode = results.every(({ counts }) => scoreOf(columnsOf(counts)) >= REQUIRED) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** Stryker and Vitest are a hundred packages that nothing else needs, so they have a separate lock file. */
function install() {
  if (existsSync(join(here, 'node_modules/.package-lock.json'))) return;
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' });
}

/** The parts in the command line, or all parts. */
function chosen() {
  if (positionals.length === 0) return Object.entries(PARTS).map(([name, part]) => ({ name, ...part }));
  return positionals.map((name) => {
    const part = PARTS[name] ?? PARTS[name.split('/')[1]];
    if (part === undefined) {
      throw new Error(`${name} is neither a part (${Object.keys(PARTS).join(', ')}) nor a file of one`);
    }
    return PARTS[name] === undefined ? { name, ...part, files: [name] } : { name, ...part };
  });
}

function mutate({ name, files, tests }) {
  const report = join(folder, `${name.replaceAll('/', '-')}.json`);
  const env = {
    ...process.env,
    MUTATION_FILES: JSON.stringify(files),
    MUTATION_TESTS: JSON.stringify(tests),
    MUTATION_REPORT: report,
  };
  const stryker = join(here, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const args = [stryker, 'run', join(here, 'stryker.config.mjs')];
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`Stryker ended with ${status}`);
  const mutants = Object.values(JSON.parse(readFileSync(report, 'utf8')).files).flatMap(
    (file) => file.mutants,
  );
  const counts = {};
  for (const { status: fate } of mutants) counts[fate] = (counts[fate] ?? 0) + 1;
  return { name, counts };
}

function totalOf(counts) {
  return killedOf(counts) + (counts.Survived ?? 0) + (counts.NoCoverage ?? 0) + excludedOf(counts);
}

/** Mutants that were not tested: on ignored lines, or with tests that could not be run. */
function excludedOf({ Ignored = 0, CompileError = 0, RuntimeError = 0 }) {
  return Ignored + CompileError + RuntimeError;
}

/** A mutant that does not end is detected by a time-out. */
function killedOf({ Killed = 0, Timeout = 0 }) {
  return Killed + Timeout;
}

function scoreOf([total, killed]) {
  return total === 0 ? 100 : (100 * killed) / total;
}

/** The numbers in a row of the table, except the last, which is their score. */
function columnsOf(counts) {
  const { Survived = 0, NoCoverage = 0 } = counts;
  return [totalOf(counts), killedOf(counts), Survived, NoCoverage, excludedOf(counts)];
}

function cellsOf(numbers) {
  return [...numbers.map((number) => number.toLocaleString('en')), scoreOf(numbers).toFixed(1)];
}

/** Replaces the row of a part in the page, and keeps those of the other parts. */
function writeRow({ name, counts }) {
  const rows = new Map(
    readTable('mutation').map(([part, ...cells]) => [part, cells.map(numberOf).slice(0, -1)]),
  );
  rows.set(name, columnsOf(counts));
  const parts = Object.keys(PARTS).filter((part) => rows.has(part));
  const sum = HEAD.slice(1, -1).map((_, column) =>
    parts.reduce((total, part) => total + rows.get(part)[column], 0),
  );
  const table = tableOf(HEAD, [
    ...parts.map((part) => [part, ...cellsOf(rows.get(part))]),
    ['all', ...cellsOf(sum)],
  ]);
  writeTable(
    'mutation',
    `\`npm run mutation\`, Node ${process.version}, the parts one after another:\n\n${table}`,
  );
}

function numberOf(cell) {
  return Number(cell.replaceAll(',', ''));
}
