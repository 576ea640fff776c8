// Mutation testing: makes small changes to the program, one at a time, and checks whether a test detects them.
//   npm run mutation                           all parts, ten minutes or more each
//   npm run mutation -- graph runs             these parts
//   npm run mutation -- src/graph/page.ts      one file, with the tests of its part; survivors are printed
// With --write, the counts of each measured file are kept in counts.json, and the table in docs/trust.md has their sums.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tableOf, writeTable } from '../trust-page.mjs';
import { PARTS } from './parts.mjs';

/** The required percentage of killed mutants; excluded mutants count as survivors. */
const REQUIRED = 95;

const HEAD = ['part', 'mutants', 'killed', 'survived', 'no test', 'excluded', 'killed, %'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const KEPT = join(here, 'counts.json');
const folder = mkdtempSync(join(tmpdir(), 'graph-overview-mutation-'));
try {
  install();
  const measured = chosen().map(({ name, ...part }) => {
    const files = mutate(name, part);
    if (values.write) keep(files);
    return [name, files];
  });
  const rows = measured.map(([name, files]) => [name, sumOf(Object.values(files))]);
  console.log(
    `\n${tableOf(
      HEAD,
      rows.map(([name, counts]) => [name, ...cellsOf(counts)]),
    )}`,
  );
  process.exitCode = rows.every(([, counts]) => scoreOf(counts) >= REQUIRED) ? 0 : 1;
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

/** The counts of each file of a part. */
function mutate(name, { files, tests }) {
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
  const measured = JSON.parse(readFileSync(report, 'utf8')).files;
  return Object.fromEntries(
    Object.entries(measured).map(([file, { mutants }]) => [
      file,
      countsOf(mutants.map(({ status }) => status)),
    ]),
  );
}

/** A mutant that does not end is detected by a time-out. Ignored ones, and those whose tests cannot be run, are excluded. */
function countsOf(fates) {
  const count = (...names) => fates.filter((fate) => names.includes(fate)).length;
  return {
    mutants: fates.length,
    killed: count('Killed', 'Timeout'),
    survived: count('Survived'),
    noTest: count('NoCoverage'),
    excluded: count('Ignored', 'CompileError', 'RuntimeError'),
  };
}

function sumOf(list) {
  const sum = countsOf([]);
  for (const counts of list) for (const name of Object.keys(sum)) sum[name] += counts[name];
  return sum;
}

function scoreOf({ mutants, killed }) {
  return mutants === 0 ? 100 : (100 * killed) / mutants;
}

function cellsOf(counts) {
  return [...Object.values(counts).map((count) => count.toLocaleString('en')), scoreOf(counts).toFixed(1)];
}

/** Keeps the counts of files, and writes the table of all parts. */
function keep(measured) {
  const kept = { ...JSON.parse(readFileSync(KEPT, 'utf8')), ...measured };
  const files = Object.keys(kept)
    .filter((file) => existsSync(join(root, file)))
    .sort();
  const sorted = Object.fromEntries(files.map((file) => [file, kept[file]]));
  writeFileSync(KEPT, `${JSON.stringify(sorted, null, 2)}\n`);
  const filesOf = (part) => files.filter((file) => file.startsWith(`src/${part}/`));
  const parts = Object.keys(PARTS)
    .filter((part) => filesOf(part).length > 0)
    .map((part) => [part, sumOf(filesOf(part).map((file) => kept[file]))]);
  const rows = [...parts, ['all', sumOf(parts.map(([, counts]) => counts))]];
  const table = tableOf(
    HEAD,
    rows.map(([name, counts]) => [name, ...cellsOf(counts)]),
  );
  writeTable('mutation', `\`npm run mutation -- --write\`, Node ${process.version}:\n\n${table}`);
}
