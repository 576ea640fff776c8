import type { Failure } from '../../outcome/errors.ts';
import { labelOf } from '../../overview/label.ts';
import type { Track } from '../../service/track.ts';

/** So many are named one by one. */
const NAMED = 3;

/** Reports read errors: each one when it begins and when it ends, not at every check. */
export class ReadErrorTracker {
  /** What was reported for each configuration, by its id. */
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
        text: `${namesOf(ids)}: ${message}; retrying at the next check`,
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

/** A service returns a different message for the same error each time, with new ids. */
function keyOf({ kind, details: { status, code } }: Failure): string {
  return `${kind} ${status ?? ''} ${code ?? ''}`;
}
