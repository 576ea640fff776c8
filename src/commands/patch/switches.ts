import { usage } from '../../outcome/errors.ts';
import type { PatchOptions } from './options.ts';

/** The switches of `patch`, as given. */
export interface Switches {
  readonly dryRun: boolean;
  readonly diff: boolean;
  readonly ifChanged: boolean;
  readonly verify: boolean;
  readonly lenient: boolean;
  readonly resolve: boolean;
  readonly detailedExitcode: boolean;
}

/** @throws a `usage` Failure where they do not go together */
export function readSwitches(options: PatchOptions): Switches {
  const on = (name: keyof Switches): boolean => options[name] === true;
  const switches: Switches = {
    dryRun: on('dryRun'),
    diff: on('diff'),
    ifChanged: on('ifChanged'),
    verify: on('verify'),
    lenient: on('lenient'),
    resolve: on('resolve'),
    detailedExitcode: on('detailedExitcode'),
  };
  if (switches.detailedExitcode && !(switches.dryRun && (switches.diff || switches.ifChanged))) {
    throw usage(
      '--detailed-exitcode says whether something would change',
      'give it with --dry-run and --diff',
    );
  }
  return switches;
}
