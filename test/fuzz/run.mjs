// Looks longer than the tests do: `npm run fuzz -- --seconds 20 --seed 7`. Each property is looked at for so many
// seconds; the seed is printed, and finds the same cases again. `--write` puts the table into docs/trust.md.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tableOf, writeTable } from '../trust-page.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
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
const jest = [
  ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'],
  ...['test/fuzz', '--testTimeout', String(Number(seconds) * 1_000 + 60_000), '--forceExit'],
];
const env = { ...process.env, FUZZ_SECONDS: seconds, FUZZ_SEED: seed, FUZZ_REPORT: report };
const { status } = spawnSync(process.execPath, jest, { cwd: root, env, stdio: 'inherit' });

const lines = existsSync(report) ? readFileSync(report, 'utf8').trim().split('\n') : [];
rmSync(folder, { recursive: true });
const looked = lines.map((line) => JSON.parse(line)).sort((one, other) => one.name.localeCompare(other.name));
const rows = looked.map(({ name, runs, failed }) => [
  name,
  runs.toLocaleString('en'),
  failed ? 'yes' : 'none',
]);
const table = tableOf(['input', 'cases', 'defects'], rows);
console.log(`\n${table}`);
if (values.write) {
  writeTable(
    'fuzz',
    `\`npm run fuzz -- --seconds ${seconds} --seed ${seed}\`, Node ${process.version}:\n\n${table}`,
  );
}
process.exitCode = status ?? 1;
