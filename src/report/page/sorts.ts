import { numberOf } from '../counts.ts';
import type { PageData, RowState } from '../page-data.ts';
import type { Entry } from './entry.ts';
import type { Direction, SortKey } from './order.ts';

/** Something that the rows can be sorted by. */
export interface SortChoice {
  readonly label: string;
  /** The way it is sorted at first. */
  readonly first: Direction;
  key(entry: Entry): SortKey;
}

/** All that the rows of a page can be sorted by. */
export interface Sorts {
  readonly worst: SortChoice;
  readonly worstShare: SortChoice;
  readonly name: SortChoice;
  readonly type: SortChoice;
  /** Of a comparison alone. */
  readonly change: SortChoice | undefined;
  readonly success: SortChoice;
  readonly devices: SortChoice;
  /** In the order of the series. */
  readonly counts: readonly SortChoice[];
  /** By how far each count changed, in the order of the series; in a comparison alone. */
  readonly countChanges: readonly SortChoice[];
  readonly updated: SortChoice;
  readonly version: SortChoice;
}

/** In the order in which they are worth a look; more than all devices of a tenant lie between two of them. */
const RANKS: readonly RowState[] = ['same', 'unknown', 'removed', 'added', 'changed'];
const RANK = 1e12;

export function sortsOf({ series, compared }: PageData): Sorts {
  return {
    worst: descending('Failed or in error', ({ worst }) => worst),
    worstShare: descending('Share failed or in error', ({ worstShare }) => worstShare),
    name: ascending('Name', ({ row }) => row.name),
    type: ascending('Type', ({ row }) => (row.type === '' ? null : row.type)),
    // By what became of the configuration, then by how far its counts changed.
    change: compared
      ? descending('Change', ({ row, changed }) => RANKS.indexOf(row.state ?? 'unknown') * RANK + changed)
      : undefined,
    success: ascending('Share of success', ({ success }) => success),
    devices: descending('Devices', ({ devices }) => devices),
    counts: series.map(({ label }, index) => descending(label, ({ row }) => numberOf(row.counts?.[index]))),
    countChanges: compared
      ? series.map(({ label }, index) =>
          descending(`${label}: change`, ({ changes }) => changes[index] ?? null),
        )
      : [],
    updated: descending('Last update', ({ row }) => row.updatedAt ?? null),
    version: descending('Version', ({ row }) => row.version ?? null),
  };
}

/** The same in the order in which they are offered, the first of them at first. */
export function choicesOf(sorts: Sorts): readonly SortChoice[] {
  const { change, worst, worstShare, name, type, success, devices, counts, countChanges, updated, version } =
    sorts;
  return [
    ...(change === undefined ? [] : [change]),
    ...[worst, worstShare, name, type, success, devices],
    ...counts,
    ...countChanges,
    ...[updated, version],
  ];
}

function ascending(label: string, key: SortChoice['key']): SortChoice {
  return { label, first: 'ascending', key };
}

function descending(label: string, key: SortChoice['key']): SortChoice {
  return { label, first: 'descending', key };
}
