import type { PageData, RowState } from '../page-data.ts';
import type { Entry } from './entry.ts';

/** A choice of "Show": a kind of rows. */
export interface Kind {
  readonly label: string;
  shows(entry: Entry): boolean;
}

/** The choices of "Show", of which the first is all rows. */
export function kindsOf({ compared }: PageData): readonly Kind[] {
  const kinds: Kind[] = [
    { label: 'all', shows: () => true },
    { label: 'with an error, failure or conflict', shows: ({ hasProblem }) => hasProblem },
    { label: 'could not be read', shows: ({ row }) => row.error !== undefined },
  ];
  if (!compared) return kinds;
  const inState = (label: string, state: RowState): Kind => ({
    label,
    shows: ({ row }) => row.state === state,
  });
  return [
    ...kinds,
    { label: 'all changes', shows: ({ row }) => row.state !== 'same' && row.state !== 'unknown' },
    inState('with changed counts', 'changed'),
    inState('added', 'added'),
    inState('removed', 'removed'),
    inState('unchanged', 'same'),
    inState('not comparable', 'unknown'),
  ];
}
