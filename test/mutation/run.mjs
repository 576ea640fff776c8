// Mutation testing: makes small changes to the program, one at a time, and checks whether a test detects them.
//   npm run mutation                           all parts, some minutes each; --write updates the table in docs/trust.md
//   npm run mutation -- graph bulk             these parts
//   npm run mutation -- src/graph/retry.ts     one file, with the tests of its part; survivors are printed
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tableOf, writeTable } from '../trust-page.mjs';
import { PARTS } from './parts.mjs';

/** The required percentage of killed mutants; excluded mutants count as survivors. */
const REQUIRED = 85;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const folder = mkdtempSync(join(tmpdir(), 'graph-overview-mutation-'));
try {
  install();
  const results = chosen().map(mutate);
  const rows = results.map(({ name, counts }) => rowOf(name, counts));
  const all = sumOf(results.map(({ counts }) => counts));
  if (results.length > 1) rows.push(rowOf('all', all));
  const table = tableOf(['part', 'mutants', 'killed', 'survived', 'no test', 'excluded', 'killed, %'], rows);
  console.log(`\n${table}`);
  if (values.write) {
    writeTable('mutation', `\`npm run mutation\`, Node ${process.version}:\n\n${table}`);
  }
  process.exitCode = results.every(({ counts }) => scoreOf(counts) >= REQUIRED) ? 0 : 1;
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

function scoreOf(counts) {
  return totalOf(counts) === 0 ? 100 : (100 * killedOf(counts)) / totalOf(counts);
}

function sumOf(list) {
  const sum = {};
  for (const counts of list)
    for (const [fate, count] of Object.entries(counts)) sum[fate] = (sum[fate] ?? 0) + count;
  return sum;
}

function rowOf(name, counts) {
  const { Survived = 0, NoCoverage = 0 } = counts;
  const numbers = [totalOf(counts), killedOf(counts), Survived, NoCoverage, excludedOf(counts)];
  return [name, ...numbers.map((number) => number.toLocaleString('en')), scoreOf(counts).toFixed(1)];
}
