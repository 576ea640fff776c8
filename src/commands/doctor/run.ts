import { runChecks } from '../../doctor/run-checks.ts';
import { InputErrors } from '../../outcome/errors.ts';
import type { Emit } from '../../outcome/events.ts';
import { checksView } from '../../present/views/checks.ts';
import type { Action } from '../command.ts';
import { connect } from '../connection/connect.ts';
import { lateSignal } from '../connection/late-signal.ts';
import { readGraphSettings } from '../options/settings.ts';
import { membersFlat } from '../records/columns.ts';
import type { DoctorOptions } from './options.ts';
import { confirmProbe, probe, readProbed } from './probe.ts';

export const run: Action<DoctorOptions> = async (invocation) => {
  const { runtime, options, secrets } = invocation;
  const emit = eachOnce(invocation.emit);
  const errors = new InputErrors();
  const settings = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const probed = await errors.collectAsync(() => readProbed(options, settings?.apiVersion ?? 'beta'));
  errors.throwIfAny();
  if (!settings) throw errors.failure();
  if (probed !== undefined) await confirmProbe(probed, invocation);
  const late = lateSignal(invocation);
  const connection = await connect(settings, 'read', {
    ...invocation,
    emit,
    runtime: { ...runtime, signal: late },
  });
  const { target } = connection.graph;
  const { tenant, timeout, auth, noInput } = settings;
  const context = { target, tenant, access: 'read', timeout, noInput, secrets, emit, runtime } as const;
  const list = await runChecks(connection.graph, auth, context);
  if (probed !== undefined) await probe(list, probed, connection, late, invocation);
  return {
    data: { value: list.checks },
    flat: membersFlat(['check', 'verdict', 'detail', 'remedy']),
    view: (_, room) => checksView(list.checks, room),
    failure: () => list.firstFailure,
  };
};

/** Emits each text once, since several checks sign in and report the same. */
function eachOnce(emit: Emit): Emit {
  const emitted = new Set<string>();
  return (event) => {
    if ('text' in event) {
      if (emitted.has(event.text)) return;
      emitted.add(event.text);
    }
    emit(event);
  };
}
