// Installs the packed package with npm, pnpm and yarn, and runs it from each; then through npx, as a user without a home.
//   node .ci/installers.mjs
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const INSTALLERS = {
  npm: (tarball) => ['npm', ['install', '--no-audit', '--no-fund', '--silent', tarball]],
  pnpm: (tarball) => ['npx', ['--yes', 'pnpm@10', 'add', '--silent', tarball]],
  yarn: (tarball) => [
    'npx',
    ['--yes', '-p', '@yarnpkg/cli-dist@4', 'yarn', 'add', `graph-overview@file:${tarball}`],
  ],
  // Some dependencies of @azure/identity require Node 22 in `engines`, but also run on 20. Only yarn 1 refuses them.
  'yarn 1': (tarball) => [
    'npx',
    ['--yes', 'yarn@1', 'add', '--ignore-engines', '--silent', '--no-progress', `file:${tarball}`],
  ],
};

/** Settings of yarn 4. A new project has no lock file yet, so immutable installs, the default in CI, are disabled. */
const YARN = {
  YARN_NODE_LINKER: 'node-modules',
  YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
  YARN_ENABLE_TELEMETRY: 'false',
  YARN_ENABLE_GLOBAL_CACHE: 'false',
};

/** The user `nobody` of Linux if this runs as root, otherwise the current user. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

const folder = mkdtempSync(join(tmpdir(), 'graph-overview-installers-'));
try {
  chmodSync(folder, 0o755);
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder]));
  const tarball = join(folder, packed.filename);
  for (const [name, installer] of Object.entries(INSTALLERS)) {
    const place = join(folder, name);
    mkdirSync(place);
    writeFileSync(join(place, 'package.json'), '{"private":true}');
    run(...installer(tarball), { cwd: place, env: { ...process.env, ...YARN } });
    check(
      name,
      run(join(place, 'node_modules', '.bin', 'graph-overview'), ['routes', '-o', 'json'], { cwd: place }),
    );
  }
  const place = join(folder, 'nobody');
  const cache = join(folder, 'cache');
  for (const one of [place, cache]) {
    mkdirSync(one);
    chmodSync(one, 0o777);
  }
  const env = { PATH: process.env.PATH, npm_config_cache: cache, HOME: join(folder, 'no-such-home') };
  const npx = (...args) =>
    run('npx', ['--yes', '--package', `file:${tarball}`, '--', 'graph-overview', ...args], {
      cwd: place,
      env,
      ...NOBODY,
    });
  check('npx', npx('routes', '-o', 'json'));
  const id = JSON.parse(npx('list', '--local', '-o', 'json', '-q'))[0].deviceConfigurationId;
  const patched = JSON.parse(npx('patch', id, '--pending', '12', '--local', '-o', 'json', '-q'));
  if (patched.pendingCount !== 12) throw new Error(`patch printed ${JSON.stringify(patched)}`);
  console.log('npx, without a home: listed and patched on the built-in mock Graph');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function check(name, printed) {
  const { length } = JSON.parse(printed);
  if (length !== 16) throw new Error(`with ${name}, routes printed ${length} routes`);
  console.log(`${name}: installed and run`);
}

function run(command, args, options = {}) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });
}
