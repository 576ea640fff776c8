import { Failure, type FailureKind } from '../outcome/errors.ts';
import type { Emit } from '../outcome/events.ts';
import type { Overview } from '../overview/difference.ts';
import { labelOf } from '../overview/label.ts';
import { readRoute } from '../overview/route.ts';
import { type Configuration, listConfigurations } from './configurations.ts';
import { mayRecover, type Round, type RoundOptions, roundsOf } from './rounds.ts';
import { addCheck, newTrack, type Track } from './track.ts';

/**
 * Reads every configuration of the tenant in rounds, by pages. New configurations are added, and deleted ones are removed
 * with a note. If a listing fails temporarily, the configurations that it did not reach have its failure in this round.
 * @throws the Failure of the first listing, or of a later one that is not temporary
 */
export async function* tenantRounds(options: RoundOptions, emit: Emit): AsyncGenerator<Round> {
  const { apiVersion } = options.graph.target;
  const route = await readRoute('direct', { apiVersion });
  let known: ReadonlyMap<string, Track> = new Map();
  yield* roundsOf(options, async () => {
    const found = new Map<string, Track>();
    let broken: Failure | undefined;
    try {
      for await (const configuration of listConfigurations(options, emit)) {
        const { deviceConfigurationId: configurationId, displayName, '@odata.type': type } = configuration;
        const key = configurationId.toLowerCase();
        const track = known.get(key) ?? newTrack({ configurationId, route, displayName });
        const place = { ...track.place, displayName };
        found.set(key, addCheck({ ...track, place, type }, readOf(configuration), options.clock.now()));
      }
    } catch (error) {
      if (!(error instanceof Failure) || known.size === 0 || !mayRecover(error)) throw error;
      broken = error;
    }
    const missing = [...known].filter(([key]) => !found.has(key));
    if (broken !== undefined) {
      for (const [key, track] of missing) found.set(key, addCheck(track, broken, options.clock.now()));
    } else if (missing.length > 0) {
      emit({
        kind: 'note',
        text: goneText(missing.map(([, { place }]) => labelOf(place.configurationId, place.displayName))),
      });
    }
    known = found;
    return [...found.values()];
  });
}

/** The overview of a listed configuration, or its error as a Failure: it has one of them. */
function readOf({ overview, error }: Configuration): Overview | Failure {
  if (overview !== undefined) return overview;
  const { kind, message, code } = error as NonNullable<typeof error>;
  return new Failure(kind as FailureKind, message, { code: code ?? undefined });
}

/** Maximum number of names in the note. */
const MAX_NAMES = 3;

function goneText(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  const verb = names.length === 1 ? 'is' : 'are';
  return `${names.slice(0, MAX_NAMES).join(', ')}${more} ${verb} no longer in the tenant`;
}
