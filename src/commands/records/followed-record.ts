import type { Overview } from '../../overview/difference.ts';
import type { Track } from '../../service/track.ts';
import { OVERVIEW_COLUMNS, overviewCells } from './columns.ts';

/** The record of `wait` and `watch` for one overview. */
export interface FollowedRecord {
  readonly deviceConfigurationId: string;
  /** null if it was not read with the overview. */
  readonly displayName: string | null;
  readonly via: string;
  /** The overview at the last successful read; null if there was none. */
  readonly overview: Overview | null;
  /** Whether the condition holds; null without a condition. */
  readonly holds: boolean | null;
}

export function followedRecord({ place, overview }: Track, holds: boolean | null): FollowedRecord {
  return {
    deviceConfigurationId: place.configurationId,
    displayName: place.displayName ?? null,
    via: place.route.via,
    overview: overview ?? null,
    holds,
  };
}

export const FOLLOWED_COLUMNS: readonly string[] = [
  'deviceConfigurationId',
  'displayName',
  'via',
  'holds',
  ...OVERVIEW_COLUMNS,
];

export function followedCells({ overview, ...record }: FollowedRecord): Readonly<Record<string, unknown>> {
  return { ...record, ...overviewCells(overview) };
}
