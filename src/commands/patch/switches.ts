import { usage } from '../../outcome/errors.ts';
import type { PatchOptions } from './options.ts';

/** The boolean options of `patch`. */
export interface Switches {
  readonly dryRun: boolean;
  readonly diff: boolean;
  readonly ifChanged: boolean;
  readonly verify: boolean;
  readonly lenient: boolean;
  readonly resolve: boolean;
  readonly detailedExitcode: boolean;
}

/** Reads the boolean options. @throws a `usage` Failure for an invalid combination */
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
      '--detailed-exitcode applies only to --dry-run with --diff or --if-changed',
      'add --dry-run and --diff',
    );
  }
  return switches;
}
