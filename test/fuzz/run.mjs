// Runs the fuzz tests longer: `npm run fuzz -- --seconds 20 --seed 7`. Each property is checked for the given number of
// seconds. The seed is printed, and generates the same cases again. `--write` writes the table to docs/trust.md. With
// `--coverage` it prints the branches of the parsers that are reached instead.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tableOf, writeTable } from '../trust-page.mjs';
import { coverageArguments, readCoverage } from './coverage.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    coverage: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
for (const name of ['seconds', 'seed']) {
  if (!/^\d{1,10}$/.test(values[name])) throw new Error(`--${name} takes a whole number`);
}
const { seconds, seed } = values;
console.log(`${seconds} s for each property, seed ${seed}`);

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'graph-overview-fuzz-'));
const report = join(folder, 'report.jsonl');
const counts = join(folder, 'coverage');
const jest = [
  ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'],
  ...['test/fuzz', '--testTimeout', String(Number(seconds) * 1_000 + 60_000), '--forceExit'],
  ...(values.coverage ? coverageArguments(counts) : []),
];
const env = { ...process.env, FUZZ_SECONDS: seconds, FUZZ_SEED: seed, FUZZ_REPORT: report };
const { status } = spawnSync(process.execPath, jest, { cwd: root, env, stdio: 'inherit' });

const command = `npm run fuzz -- --seconds ${seconds} --seed ${seed}`;
try {
  if (values.coverage) showCoverage();
  else showCases();
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = status ?? 1;

function showCases() {
  const lines = existsSync(report) ? readFileSync(report, 'utf8').trim().split('\n') : [];
  const results = lines.map((line) => JSON.parse(line));
  results.sort((one, other) => one.name.localeCompare(other.name));
  const rows = results.map(({ name, runs, failed }) => [
    name,
    runs.toLocaleString('en'),
    failed ? 'yes' : 'none',
  ]);
  const table = tableOf(['input', 'cases', 'defects'], rows);
  console.log(`\n${table}`);
  if (values.write) writeTable('fuzz', `\`${command}\`, Node ${process.version}:\n\n${table}`);
}

function showCoverage() {
  const sources = readCoverage(join(counts, 'coverage-final.json'), root);
  for (const { name, unreached } of sources)
    for (const { line, text, reason } of unreached)
      console.log(`${name}:${line}: ${text}\n  ${reason ?? 'no reason is given'}`);
  const all = sources.reduce((sum, source) => sum + source.all, 0);
  const reached = sources.reduce((sum, source) => sum + source.reached, 0);
  const rows = sources.map((source) => [
    source.name,
    source.all,
    source.reached,
    [...new Set(source.unreached.map(({ line, reason }) => reason ?? `line ${line}`))].join('; '),
  ]);
  const table = tableOf(
    ['source', 'branches', 'reached', 'not reached'],
    [...rows, ['all', all.toLocaleString('en'), reached.toLocaleString('en'), '']],
  );
  console.log(`\n${table}`);
  if (values.write) writeTable('coverage', `\`${command} --coverage\`, Node ${process.version}:\n\n${table}`);
}
