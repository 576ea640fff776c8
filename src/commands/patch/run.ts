import { Faults, usage } from '../../errors.ts';
import { resolvePlace } from '../../service/resolve.ts';
import type { Action, Options } from '../command.ts';
import { connect } from '../connect.ts';
import { readPlace } from '../place.ts';
import { readGraphSettings } from '../settings.ts';
import { readValues } from './change.ts';
import { dryRun } from './dry-run.ts';
import { write } from './write.ts';

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

/** Everything is checked, and every fault reported, before anything is sent. */
export const run: Action = async (invocation) => {
  const { runtime, args, options, report } = invocation;
  const faults = new Faults();
  const settings = faults.collect(() => readGraphSettings({ options, env: runtime.env }));
  const apiVersion = settings?.apiVersion ?? 'beta';
  const asked = await faults.collectAsync(() => readPlace(args[0] ?? '', options, apiVersion));
  const values = await faults.collectAsync(() => readValues(options, runtime, apiVersion));
  const switches = faults.collect(() => readSwitches(options));
  if (!settings || !asked || !values || !switches) throw faults.failure();
  const connection = await connect(settings, switches.dryRun ? 'read' : 'write', invocation);
  const { graph } = connection;
  try {
    const place = switches.resolve ? await resolvePlace(graph, asked, report) : asked;
    const work = switches.dryRun ? dryRun : write;
    return {
      ...(await work(connection, place, values, switches, invocation)),
      close: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
};

function readSwitches(options: Options): Switches {
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
