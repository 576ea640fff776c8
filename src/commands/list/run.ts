import { Failure, InputErrors, usage } from '../../outcome/errors.ts';
import { configurationsView } from '../../present/views/configurations.ts';
import type { ListColumn } from '../../present/views/list-columns.ts';
import type { Configuration } from '../../service/configurations.ts';
import type { Action, Invocation } from '../command.ts';
import { primaryFailure, readFailOn } from '../conditions/fail-on.ts';
import { Undecided } from '../conditions/undecided.ts';
import { connect } from '../connection/connect.ts';
import { incompleteListing, listTenant } from '../connection/list-tenant.ts';
import { readGraphSettings, readOutputSettings } from '../options/settings.ts';
import { readSelection, type Selection } from '../selection/selection.ts';
import { readColumns } from './columns.ts';
import { flatWith, LIST_FLAT } from './flat.ts';
import type { ListOptions } from './options.ts';

export const run: Action<ListOptions> = async (invocation) => {
  const { runtime, options, emit } = invocation;
  const errors = new InputErrors();
  const settings = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const selection = errors.collect(() => readSelection(options, runtime.clock.now()));
  const excel = errors.collect(() => readExcel(invocation));
  const columns = errors.collect(() => readColumnOption(invocation));
  const failOn = errors.collect(() => readFailOn(options, runtime.clock.now()));
  errors.throwIfAny();
  if (!settings || !selection || excel === undefined || columns === undefined) throw errors.failure();
  const { order, top } = selection;
  const connection = await connect(settings, 'read', invocation);
  const tally = { read: 0, failed: 0 };
  let incomplete: Failure | undefined;
  const undecided = new Undecided();

  async function* selected(): AsyncGenerator<Configuration> {
    try {
      for await (const configuration of listTenant(connection, invocation)) {
        tally.read += 1;
        if (configuration.error !== undefined) tally.failed += 1;
        if (selection?.includes(configuration, undecided)) yield configuration;
      }
    } catch (error) {
      incomplete = incompleteListing(error, tally.read);
    }
  }

  async function* checked(): AsyncGenerator<Configuration> {
    for await (const configuration of sorted(selected(), { order, top })) {
      failOn?.check(configuration, undecided);
      yield configuration;
    }
  }

  return {
    data: { records: checked() },
    view: (records, room) =>
      configurationsView(records as readonly Configuration[], room, {
        read: selection.narrows ? tally.read : undefined,
        columns: columns.length === 0 ? undefined : columns,
        about: selection.words,
      }),
    flat: columns.length === 0 ? LIST_FLAT : flatWith(columns),
    ownColumns: columns.length > 0,
    excel,
    failure() {
      undecided.report(emit);
      const unreadable =
        incomplete ?? (tally.failed === 0 ? undefined : readFailure(tally.failed, tally.read));
      return primaryFailure(unreadable, failOn, emit);
    },
  };
};

/** Reads `--excel`. @throws a `usage` Failure for another format than csv */
function readExcel({ options, runtime: { env } }: Invocation<ListOptions>): boolean {
  if (options.excel !== true) return false;
  if (readOutputSettings({ options, env }).format === 'csv') return true;
  throw usage('--excel applies only to csv', 'add `-o csv`');
}

/** The columns of `--columns`; none without the option. @throws as `readColumns` */
function readColumnOption({ options, runtime: { env } }: Invocation<ListOptions>): readonly ListColumn[] {
  if (options.columns === undefined) return [];
  const { format, query } = readOutputSettings({ options, env });
  return readColumns(options.columns, format, query);
}

/** The first `top` records, in the given order; without an order, as they are read. */
async function* sorted(
  records: AsyncIterable<Configuration>,
  { order, top }: Pick<Selection, 'order' | 'top'>,
): AsyncGenerator<Configuration> {
  if (order !== undefined) {
    const all: Configuration[] = [];
    for await (const record of records) all.push(record);
    yield* all.sort(order.compare).slice(0, top);
    return;
  }
  let count = 0;
  for await (const record of records) {
    yield record;
    count += 1;
    // Nothing more is read than needed.
    if (count >= top) return;
  }
}

function readFailure(failed: number, all: number): Failure {
  return new Failure('partial', `the overviews of ${failed} of ${all} configurations could not be read`, {
    hint: 'the rows without counts are these configurations; `graph-overview get <id>` shows the details of one',
  });
}
