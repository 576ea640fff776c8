import { numberOf } from '../counts.ts';
import type { PageData, RowState } from '../page-data.ts';
import type { Entry } from './entry.ts';
import type { Direction, SortKey } from './order.ts';

/** A sort criterion for the rows. */
export interface SortChoice {
  readonly label: string;
  /** The initial direction. */
  readonly first: Direction;
  key(entry: Entry): SortKey;
}

/** All sort criteria. */
export interface Sorts {
  readonly worst: SortChoice;
  readonly worstShare: SortChoice;
  readonly name: SortChoice;
  readonly type: SortChoice;
  /** Only in a comparison. */
  readonly change: SortChoice | undefined;
  readonly success: SortChoice;
  readonly devices: SortChoice;
  /** In the order of the series. */
  readonly counts: readonly SortChoice[];
  /** By the change of each count, in the order of the series; only in a comparison. */
  readonly countChanges: readonly SortChoice[];
  readonly updated: SortChoice;
  readonly version: SortChoice;
}

/** The states by increasing importance. RANK is larger than any number of devices in a tenant. */
const RANKS: readonly RowState[] = ['same', 'unknown', 'removed', 'added', 'changed'];
const RANK = 1e12;

export function sortsOf({ series, compared }: PageData): Sorts {
  return {
    worst: descending('Failures and errors', ({ worst }) => worst),
    worstShare: descending('Share of failures and errors', ({ worstShare }) => worstShare),
    name: ascending('Name', ({ row }) => row.name),
    type: ascending('Type', ({ row }) => (row.type === '' ? null : row.type)),
    // By the state of the configuration, then by the sum of its changes.
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

/** The sort criteria in the order of the menu. The first is the initial one. */
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
