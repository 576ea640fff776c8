import { CountsWarnings } from '../../overview/counts-warning.ts';
import { invalidCountsText } from '../../overview/devices.ts';
import { labelOf } from '../../overview/label.ts';
import type { Place } from '../../service/overviews.ts';
import type { Track } from '../../service/track.ts';

/** Warns about invalid counts when they are first read and when they change, not at every check. */
export class CountsTracker {
  /** The invalid counts that were reported for each overview. */
  readonly #reported = new Map<string, string>();

  /** The warning after a check; undefined if there is nothing new. */
  warning(tracks: readonly Track[]): string | undefined {
    const warnings = new CountsWarnings();
    for (const { place, overview, failure } of tracks) {
      if (overview === undefined || failure !== undefined) continue;
      const text = invalidCountsText(overview) ?? '';
      const before = this.#reported.get(keyOf(place)) ?? '';
      this.#reported.set(keyOf(place), text);
      if (text !== before) warnings.add(labelOf(place.configurationId, place.displayName), overview);
    }
    return warnings.text();
  }
}

function keyOf({ configurationId, route: { segments } }: Place): string {
  return [configurationId, ...segments].join('/');
}
