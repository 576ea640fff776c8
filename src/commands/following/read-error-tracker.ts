import type { Failure } from '../../outcome/errors.ts';
import { labelOf } from '../../overview/label.ts';
import type { Track } from '../../service/track.ts';

/** Maximum number of configurations in a message. */
const MAX_NAMES = 3;

/** Reports read errors: each one when it begins and when it ends, not at every check. */
export class ReadErrorTracker {
  /** What was reported for each configuration, by its id. */
  readonly #reported = new Map<string, string>();

  /** The messages after a check. */
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

/** The first names, and the number of the others. */
function namesOf(ids: readonly string[]): string {
  if (ids.length <= MAX_NAMES) return ids.join(', ');
  return `${ids.slice(0, MAX_NAMES).join(', ')} and ${ids.length - MAX_NAMES} more`;
}

/** The key of an error. The message is not part of it, since it may have new request ids each time. */
function keyOf({ kind, details: { status, code } }: Failure): string {
  return `${kind} ${status ?? ''} ${code ?? ''}`;
}
