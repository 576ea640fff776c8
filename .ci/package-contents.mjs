// Packs the package, checks its contents, installs it in another folder and runs it there.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ALLOWED =
  /^(bin\/(graph-overview\.js|package\.json)|dist\/([\w-]+\.js(\.map)?|report-page\.css|help\.txt|THIRD-PARTY\.txt|package\.json)|docs\/(decisions\/)?[\w-]+\.(md|svg)|schema\/[\w-]+\.schema\.json|(CHANGELOG|README|SECURITY)\.md|LICENSE|package\.json)$/;
/** The maximum number of installed packages: this one, @azure/identity and its dependencies. */
const MAX_PACKAGES = 48;
const folder = mkdtempSync(join(tmpdir(), 'graph-overview-package-'));
try {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder]));
  const unexpected = packed.files.map(({ path }) => path).filter((path) => !ALLOWED.test(path));
  if (unexpected.length > 0) throw new Error(`unexpected files in the package: ${unexpected.join(', ')}`);
  console.log(`${packed.files.length} files, ${Math.round(packed.size / 1024)} KiB packed`);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  run('npm', ['install', '--no-audit', '--no-fund', join(folder, packed.filename)], folder);
  const installed = JSON.parse(
    readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'),
  ).packages;
  const { scripts = {}, dependencies } = JSON.parse(
    readFileSync(join(folder, 'node_modules/graph-overview/package.json'), 'utf8'),
  );
  const own = Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name));
  if (own.length > 0) throw new Error(`the package has install scripts: ${own.join(', ')}`);
  if (Object.keys(installed).length > MAX_PACKAGES)
    throw new Error(
      `${Object.keys(installed).length} packages are installed; the maximum is ${MAX_PACKAGES}`,
    );
  console.log(
    `${Object.keys(installed).length} packages installed, ${mebibytes(join(folder, 'node_modules'))} MiB; depends on ${Object.keys(dependencies).join(', ')}`,
  );
  const env = { ...process.env, GRAPH_OVERVIEW_STATE: join(folder, 'state') };
  const names = run('npx', ['graph-overview', 'routes', '-o', 'tsv', '--query', '[].name'], folder, env);
  if (names.trim().split('\n').length !== 16) throw new Error(`routes printed ${names}`);
  const listed = JSON.parse(run('npx', ['graph-overview', 'list', '--local', '-o', 'json'], folder, env));
  if (listed.length < 16) throw new Error(`list printed ${listed.length} configurations`);
  writeFileSync(
    join(folder, 'rows.csv'),
    `deviceConfigurationId,pending\n${listed[0].deviceConfigurationId},1\n`,
  );
  const plan = run(
    'npx',
    ['graph-overview', 'apply', 'rows.csv', '--local', '--dry-run', '-o', 'json'],
    folder,
    env,
  );
  if (JSON.parse(plan).rows.length !== 1) throw new Error(`apply planned ${plan}`);
  console.log(
    `installed in another folder: ${listed.length} configurations listed from the built-in mock Graph`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function mebibytes(path) {
  const sizes = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024 / 1024);
}

function run(command, args, cwd, env) {
  return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
