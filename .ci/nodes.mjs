// Other versions of Node, from npm's `node` package.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The path of a Node of this major version: the one that runs this, or one that is installed below `folder`. */
export function nodeOf(major, folder) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const prefix = join(folder, major);
  const install = ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--silent', `node@${major}`];
  execFileSync('npm', install, { stdio: ['ignore', 'ignore', 'inherit'] });
  return join(prefix, 'node_modules', 'node', 'bin', 'node');
}
