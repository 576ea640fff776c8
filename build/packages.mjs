// The packages whose code is bundled in dist/: their list in package.json, and their licences.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/** Licences with which code may be bundled together with its notice. The MPL requires the address of the source, too. */
const LICENCES = new Set(['MIT', 'MPL-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD']);

/**
 * @param files paths of the bundled files
 * @returns `{ folder, name, version, license, repository }[]`, by name
 */
export function packagesOf(files) {
  const folders = files.map((path) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))]
    .map((folder) => ({ ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')), folder }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * Checks `inlinedDependencies` of package.json. It lists the bundled packages, which are not in the lock file of a user.
 * @throws if the list differs from what was bundled
 */
export function demandListed(packages, { inlinedDependencies }) {
  const bundled = Object.fromEntries(packages.map(({ name, version }) => [name, version]));
  if (isDeepStrictEqual(inlinedDependencies, bundled)) return;
  throw new Error(`"inlinedDependencies" in package.json must be ${JSON.stringify(bundled, undefined, 2)}`);
}

export function noticesOf(packages) {
  const notices = packages.map(noticeOf).join(`\n${'-'.repeat(80)}\n\n`);
  return `The other files in this folder contain parts of these packages.\n\n${notices}`;
}

function noticeOf({ folder, name, version, license, repository }) {
  if (!LICENCES.has(license))
    throw new Error(`${name}: the licence ${license} is not in the list of allowed licences`);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence text in ${folder}`);
  const source = (repository.url ?? repository).replace(/^git\+/, '');
  return `${name} ${version} (${license})\nSource: ${source}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
