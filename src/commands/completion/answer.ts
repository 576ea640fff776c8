import { usage } from '../../outcome/errors.ts';
import { nearestWord } from '../../overview/nearest-word.ts';
import type { Answer } from '../command.ts';
import { BASH } from './scripts/bash.ts';
import { FISH } from './scripts/fish.ts';
import { POWERSHELL } from './scripts/powershell.ts';
import { ZSH } from './scripts/zsh.ts';
import { SHELLS, type Shell } from './shells.ts';

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL };

/** The completion script of a shell. @throws a `usage` Failure for an unknown shell */
export const answer: Answer = ([name = '', ...more]) => {
  const shell = SHELLS.find((candidate) => candidate === name);
  if (more.length > 0) throw usage('completion takes one shell', 'see `graph-overview completion --help`');
  if (shell !== undefined) return SCRIPTS[shell];
  const near = nearestWord(name, SHELLS);
  throw usage(
    `completion: ${JSON.stringify(name)} is not one of ${SHELLS.join(', ')}`,
    near === undefined ? 'see `graph-overview completion --help`' : `did you mean ${near}?`,
  );
};
