import { runChecks } from '../../doctor/run-checks.ts';
import { checksView } from '../../present/views/checks.ts';
import type { Action } from '../command.ts';
import { connect } from '../connection/connect.ts';
import { readGraphSettings } from '../options/settings.ts';
import type { GraphOptions } from '../options/shared-options.ts';
import { membersFlat } from '../records/columns.ts';

export const run: Action<GraphOptions> = async (invocation) => {
  const { runtime, options, emit, secrets } = invocation;
  const settings = readGraphSettings({ options, env: runtime.env });
  const connection = await connect(settings, 'read', invocation);
  const { target } = connection.graph;
  const { tenant, timeout, auth, noInput } = settings;
  const context = { target, tenant, access: 'read', timeout, noInput, secrets, emit, runtime } as const;
  const list = await runChecks(connection.graph, auth, context);
  return {
    data: { value: list.checks },
    flat: membersFlat(['check', 'verdict', 'detail', 'remedy']),
    view: (_, room) => checksView(list.checks, room),
    failure: () => list.firstFailure,
  };
};
