import type { Emit } from '../../outcome/events.ts';
import type { Configuration } from '../../service/configurations.ts';
import type { Round } from '../../service/rounds.ts';
import type { Track } from '../../service/track.ts';
import { Undecided } from '../conditions/undecided.ts';
import type { Selection } from '../selection/selection.ts';

/**
 * The rounds of a tenant, reduced to a selection and sorted: the latest changes first, then the order of the selection. A
 * configuration that was selected once stays, so that its further changes are visible; with `--top` it must be among the
 * first in each round.
 */
export async function* selectedRounds(
  rounds: AsyncIterable<Round>,
  selection: Selection,
  emit: Emit,
): AsyncGenerator<Round> {
  const selected = new Set<string>();
  let isFirst = true;
  for await (const round of rounds) {
    const undecided = new Undecided();
    const included = round.tracks
      .map((track) => ({ track, configuration: configurationOf(track) }))
      .filter(({ track, configuration }) => {
        const { configurationId } = track.place;
        if (selected.has(configurationId)) return true;
        const includes = selection.includes(configuration, undecided);
        if (includes && track.overview !== undefined) selected.add(configurationId);
        return includes;
      });
    // A condition that cannot be evaluated is reported once, not in each round.
    if (isFirst) undecided.report(emit);
    isFirst = false;
    const { order, top } = selection;
    if (order !== undefined)
      included.sort((one, other) => order.compare(one.configuration, other.configuration));
    const tracks = included.slice(0, top).map(({ track }) => track);
    tracks.sort((one, other) => changedAt(other) - changedAt(one));
    yield { ...round, tracks, read: round.tracks.length };
  }
}

/** The last known state, even if the last check failed. */
function configurationOf({ place, type, overview }: Track): Configuration {
  return {
    deviceConfigurationId: place.configurationId,
    displayName: place.displayName ?? null,
    '@odata.type': type ?? null,
    ...(overview === undefined ? {} : { overview }),
  };
}

function changedAt({ lastChange }: Track): number {
  return lastChange?.at ?? 0;
}
