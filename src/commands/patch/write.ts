import { Failure } from '../../errors.ts';
import type { Report } from '../../events.ts';
import type { GraphClient } from '../../graph/client.ts';
import { changedProperties } from '../../overview/difference.ts';
import type { Values } from '../../overview/payload.ts';
import { differenceView } from '../../present/views/difference.ts';
import { overviewView } from '../../present/views/overview.ts';
import type { Result } from '../../result.ts';
import type { Place } from '../../service/overviews.ts';
import { explainRefusal } from '../../service/resolve.ts';
import { type Outcome, writeOverview } from '../../service/write.ts';
import type { Switches } from './run.ts';

/** Writes one overview and says what became of it. */
export async function write(
  graph: GraphClient,
  place: Place,
  values: Values,
  switches: Switches,
  report: Report,
): Promise<Result> {
  const outcome = await writeOverview(graph, place, values, {
    readBefore: switches.diff,
    ifChanged: switches.ifChanged,
    verify: switches.verify,
  }).catch(async (error: unknown) => {
    throw await explainRefusal(graph, place, error);
  });
  if (outcome.status === 'unchanged') {
    report({ kind: 'note', text: 'every value is there already: nothing was sent' });
  }
  const mismatch = outcome.status === 'mismatched' ? mismatchFailure(outcome) : undefined;
  if (mismatch !== undefined && switches.lenient) report({ kind: 'warning', text: mismatch.message });
  return {
    ...show(outcome, place, switches),
    failure: () => (switches.lenient ? undefined : mismatch),
  };
}

function show(outcome: Outcome, place: Place, { diff }: Switches): Result {
  const title = { configurationId: place.configurationId, via: place.route.via };
  const { before, after } = outcome;
  if (!diff || before === undefined) {
    return { data: { value: after }, view: (_, room) => overviewView(after, title, room) };
  }
  const changed = changedProperties(before, after);
  return {
    data: { value: { run: null, before, after, changed } },
    view: (_, room) => differenceView(before, after, changed, title, room),
  };
}

function mismatchFailure({ mismatches }: Outcome): Failure {
  const each = mismatches.map(({ name, sent, held }) => {
    const there = held === undefined ? 'is not returned' : `is ${JSON.stringify(held)}`;
    return `${name} was sent as ${JSON.stringify(sent)} and ${there}`;
  });
  return new Failure(
    'mismatch',
    `the service answered, but does not hold what was sent: ${each.join('; ')}`,
    {
      hint: 'Intune may keep the numbers it computed itself; `--lenient` makes this a warning',
    },
  );
}
