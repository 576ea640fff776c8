// Other versions of Node, from npm's `node` package.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The path of a Node of a major version: the running one if it matches, otherwise one installed below `folder`. */
export function nodeOf(major, folder) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const prefix = join(folder, major);
  const install = ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--silent', `node@${major}`];
  execFileSync('npm', install, { stdio: ['ignore', 'ignore', 'inherit'] });
  return join(prefix, 'node_modules', 'node', 'bin', 'node');
}
