import { Failure, InputErrors, usage } from '../../outcome/errors.ts';
import { configurationsView } from '../../present/views/configurations.ts';
import type { Configuration } from '../../service/configurations.ts';
import type { Action, Invocation } from '../command.ts';
import { moreUrgent, readFailOn } from '../conditions/fail-on.ts';
import { Undecided } from '../conditions/undecided.ts';
import { connect } from '../connection/connect.ts';
import { brokenOff, listTenant } from '../connection/list-tenant.ts';
import { readGraphSettings, readOutputSettings } from '../options/settings.ts';
import { LIST_FLAT } from './flat.ts';
import type { ListOptions } from './options.ts';
import { readSelection } from './selection.ts';

export const run: Action<ListOptions> = async (invocation) => {
  const { runtime, options, emit } = invocation;
  const errors = new InputErrors();
  const settings = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const selection = errors.collect(() => readSelection(options, runtime.clock.now()));
  const excel = errors.collect(() => readExcel(invocation));
  const failOn = errors.collect(() => readFailOn(options, runtime.clock.now()));
  errors.throwIfAny();
  if (!settings || !selection || excel === undefined) throw errors.failure();
  const { compare, top } = selection;
  const connection = await connect(settings, 'read', invocation);
  const tally = { read: 0, failed: 0 };
  let broken: Failure | undefined;
  const undecided = new Undecided();

  async function* wanted(): AsyncGenerator<Configuration> {
    try {
      for await (const configuration of listTenant(connection, invocation)) {
        tally.read += 1;
        if (configuration.error !== undefined) tally.failed += 1;
        if (selection?.wants(configuration, undecided)) yield configuration;
      }
    } catch (error) {
      broken = brokenOff(error, tally.read);
    }
  }

  async function* checked(): AsyncGenerator<Configuration> {
    for await (const configuration of chosen(wanted(), { compare, top })) {
      failOn?.check(configuration, undecided);
      yield configuration;
    }
  }

  return {
    data: { records: checked() },
    view: (records, room) =>
      configurationsView(
        records as readonly Configuration[],
        room,
        selection.narrows ? tally.read : undefined,
      ),
    flat: LIST_FLAT,
    excel,
    failure() {
      undecided.report(emit);
      const unreadable = broken ?? (tally.failed === 0 ? undefined : unread(tally.failed, tally.read));
      return moreUrgent(unreadable, failOn, emit);
    },
  };
};

/** @throws a `usage` Failure where another format is asked for */
function readExcel({ options, runtime: { env } }: Invocation<ListOptions>): boolean {
  if (options.excel !== true) return false;
  if (readOutputSettings({ options, env }).format === 'csv') return true;
  throw usage('--excel is about csv', 'give it with `-o csv`');
}

/** In the order asked for, where one is; else as they come. No more than `top`. */
async function* chosen(
  records: AsyncIterable<Configuration>,
  {
    compare,
    top,
  }: {
    readonly compare: ((one: Configuration, other: Configuration) => number) | undefined;
    readonly top: number;
  },
): AsyncGenerator<Configuration> {
  if (compare !== undefined) {
    const all: Configuration[] = [];
    for await (const record of records) all.push(record);
    yield* all.sort(compare).slice(0, top);
    return;
  }
  let count = 0;
  for await (const record of records) {
    yield record;
    count += 1;
    // Nothing more is read than is asked for.
    if (count >= top) return;
  }
}

function unread(failed: number, all: number): Failure {
  return new Failure('partial', `the overviews of ${failed} of ${all} configurations could not be read`, {
    hint: 'the rows without counts name the configurations; `graph-overview get <id>` says more about one',
  });
}
