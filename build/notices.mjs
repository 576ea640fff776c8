// The licences of the packages whose code is in dist/.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What may be bundled as long as its notice goes along; that of the MPL has to say where the source is. */
const LICENCES = new Set(['MIT', 'MPL-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD']);

/** @param inputs the files that were bundled, relative to `root` */
export function noticesOf(inputs, root) {
  const folders = new Set(inputs.map((path) => packageFolder(path)).filter((path) => path !== undefined));
  const notices = [...folders].sort().map((folder) => noticeOf(join(root, folder)));
  return `Parts of these packages are in the files beside this one.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

function packageFolder(path) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function noticeOf(folder) {
  const { name, version, license, repository } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  if (!LICENCES.has(license)) throw new Error(`${name} has the licence ${license}: may it be passed on?`);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence text in ${dirname(folder)}`);
  const source = (repository.url ?? repository).replace(/^git\+/, '');
  return `${name} ${version} (${license})\nSource: ${source}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
