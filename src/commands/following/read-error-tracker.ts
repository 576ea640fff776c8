import type { Failure } from '../../outcome/errors.ts';
import { labelOf } from '../../overview/label.ts';
import type { Track } from '../../service/track.ts';

/** So many are named one by one. */
const NAMED = 3;

/** Words about what cannot be read: each trouble is told when it begins and when it is over, not at every look. */
export class ReadErrorTracker {
  /** What was told of each configuration, by its id. */
  readonly #reported = new Map<string, string>();

  /** What there is to say after a look. */
  changes(tracks: readonly Track[]): readonly { readonly kind: 'warning' | 'note'; readonly text: string }[] {
    const begun = new Map<string, { readonly message: string; readonly ids: string[] }>();
    const over: string[] = [];
    for (const { place, failure } of tracks) {
      const id = place.configurationId;
      if (failure === undefined) {
        if (this.#reported.delete(id)) over.push(labelOf(id, place.displayName));
      } else if (this.#reported.get(id) !== keyOf(failure)) {
        this.#reported.set(id, keyOf(failure));
        const group = begun.get(keyOf(failure)) ?? { message: failure.message, ids: [] };
        group.ids.push(labelOf(id, place.displayName));
        begun.set(keyOf(failure), group);
      }
    }
    return [
      ...[...begun.values()].map(({ message, ids }) => ({
        kind: 'warning' as const,
        text: `${namesOf(ids)}: ${message}; tried again at the next look`,
      })),
      ...(over.length === 0 ? [] : [{ kind: 'note' as const, text: `${namesOf(over)}: read again` }]),
    ];
  }
}

/** A few ids by name, more as a number. */
function namesOf(ids: readonly string[]): string {
  if (ids.length <= NAMED) return ids.join(', ');
  return `${ids.slice(0, NAMED).join(', ')} and ${ids.length - NAMED} more`;
}

/** A service words the same trouble anew each time, with ids of its own. */
function keyOf({ kind, details: { status, code } }: Failure): string {
  return `${kind} ${status ?? ''} ${code ?? ''}`;
}
