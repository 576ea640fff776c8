// Runs the tests on several versions of Node, each installed from npm's `node` package.
//   node .ci/node-versions.mjs              all tests on 20, 22, 24 and 26; --write updates the table in docs/trust.md
//   node .ci/node-versions.mjs --smoke 22   the tests of `patch` and of the process, on the given versions
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableOf, writeTable } from '../test/trust-page.mjs';
import { nodeOf } from './nodes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const smoke = process.argv.includes('--smoke');
const named = process.argv.slice(2).filter((word) => /^\d+$/.test(word));
const majors = named.length > 0 ? named : ['20', '22', '24', '26'];
const SMOKE = [
  'test/end-to-end/process',
  'test/end-to-end/seed-page',
  'test/commands/patch',
  'test/emulator/service',
];
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];

const folder = mkdtempSync(join(tmpdir(), 'graph-overview-node-'));
const results = [];
try {
  for (const major of majors) {
    const node = nodeOf(major, folder);
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    console.log(`\n== Node ${version}`);
    // Programs that a test spawns by name must run on the same Node.
    const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
    const report = join(folder, `${major}.json`);
    const args = [...jest, '--json', '--outputFile', report, ...(smoke ? SMOKE : [])];
    const { status } = spawnSync(node, args, { cwd: root, env, stdio: ['inherit', 'ignore', 'inherit'] });
    results.push({ version, passed: status === 0, ...JSON.parse(readFileSync(report, 'utf8')) });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const rows = results.map(({ version, numPassedTests, numFailedTests, numPendingTests }) => [
  version,
  ...[numPassedTests, numFailedTests, numPendingTests].map((count) => count.toLocaleString('en')),
]);
const table = tableOf(['Node', 'tests passed', 'failed', 'skipped'], rows);
console.log(`\n${table}`);
if (process.argv.includes('--write'))
  writeTable('node versions', `\`npm run test:node-versions\`:\n\n${table}`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
