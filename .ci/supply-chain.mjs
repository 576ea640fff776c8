// Checks the lock file: every version is exact and has a checksum, no package that users install has an install script,
// and all licences are permissive enough for companies. Prints the packages that users install.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LICENCES = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'MPL-2.0',
  'BlueOak-1.0.0',
]);

const folder = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const manifest = read('package.json');
const { packages } = read('package-lock.json');
const errors = [];

for (const kind of ['dependencies', 'devDependencies']) {
  for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
    if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
      errors.push(`${name}: ${version} is not an exact version`);
    if (packages[''][kind][name] !== version)
      errors.push(`${name}: the lock file has ${packages[''][kind][name]}`);
  }
}
const installed = Object.entries(packages).filter(([path]) => path !== '');
for (const [path, { integrity, link, resolved }] of installed) {
  if (link) errors.push(`${path}: is a link`);
  if (!integrity?.startsWith('sha512-')) errors.push(`${path}: has no sha512 checksum`);
  if (resolved !== undefined && !resolved.startsWith('https://'))
    errors.push(`${path}: comes from ${resolved}`);
}
const shipped = installed.filter(([, { dev, devOptional }]) => !dev && !devOptional);
for (const [path, { hasInstallScript, license }] of shipped) {
  if (hasInstallScript) errors.push(`${path}: has an install script`);
  if (!LICENCES.has(license))
    errors.push(
      `${path}: ${license === undefined ? 'has no licence' : `the licence ${license} is not allowed`}`,
    );
}

const byLicence = Map.groupBy?.(shipped, ([, { license }]) => license) ?? grouped(shipped);
for (const [licence, members] of byLicence) {
  const names = members.map(([path, { version }]) => `${path.split('node_modules/').at(-1)} ${version}`);
  console.log(`${licence} (${names.length}): ${names.sort().join(', ')}`);
}
for (const error of errors) console.error(error);
process.exitCode = errors.length === 0 ? 0 : 1;

function grouped(list) {
  const groups = new Map();
  for (const one of list) groups.set(one[1].license, [...(groups.get(one[1].license) ?? []), one]);
  return groups;
}
