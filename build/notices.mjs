// The licences of the packages whose code is in dist/.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

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
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence text in ${dirname(folder)}`);
  const source = (repository.url ?? repository).replace(/^git\+/, '');
  return `${name} ${version} (${license})\nSource: ${source}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
