import { InputErrors } from '../../outcome/errors.ts';
import type { Action } from '../command.ts';
import { connect } from '../connection/connect.ts';
import { findPlace } from '../connection/find-place.ts';
import { readPlace } from '../options/place.ts';
import { readGraphSettings } from '../options/settings.ts';
import { readValues } from './change.ts';
import type { PatchOptions } from './options.ts';
import { readSwitches } from './switches.ts';
import { write } from './write.ts';

/** All input is checked, and all errors are reported together, before anything is sent. */
export const run: Action<PatchOptions> = async (invocation) => {
  const { runtime, args, options, emit } = invocation;
  const errors = new InputErrors();
  const settings = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const apiVersion = settings?.apiVersion ?? 'beta';
  const asked = await errors.collectAsync(() => readPlace(args[0] ?? '', options, apiVersion));
  const values = await errors.collectAsync(() => readValues(options, runtime, apiVersion));
  const switches = errors.collect(() => readSwitches(options));
  if (!settings || !asked || !values || !switches) throw errors.failure();
  const connection = await connect(settings, switches.dryRun ? 'read' : 'write', invocation);
  const { graph } = connection;
  const found = await findPlace(graph, asked, { beginning: false, dryRun: switches.dryRun }, emit);
  // Imported only if needed, so that a plain patch starts faster.
  const place = switches.resolve
    ? await (await import('../../service/resolve.ts')).resolvePlace(graph, found, emit)
    : found;
  const work = switches.dryRun ? (await import('./dry-run.ts')).dryRun : write;
  return work(connection, place, values, switches, invocation);
};
