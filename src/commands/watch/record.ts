import { PROPERTIES } from '../../catalog/properties.ts';
import type { Block, Cell, Flat } from '../../outcome/result.ts';
import { COUNTS, countOf, invalidCounts } from '../../overview/devices.ts';
import type { Overview } from '../../overview/difference.ts';
import { labelOf } from '../../overview/label.ts';
import { heldText } from '../../present/views/status.ts';
import { changeText } from '../../present/views/watched-parts.ts';
import type { Track } from '../../service/track.ts';
import {
  FOLLOWED_COLUMNS,
  type FollowedRecord,
  followedCells,
  followedRecord,
} from '../records/followed-record.ts';

/** A record of `watch`: one for each overview at the start, and one for each change. */
export interface WatchRecord extends FollowedRecord {
  /** The time of the read, ISO 8601 in UTC. */
  readonly time: string;
  readonly overview: Overview;
  /** Graph's names of the changed properties; empty for the first record of an overview. */
  readonly changed: readonly string[];
}

/** The record of a track. @param holds whether the condition of `--until` holds; null without a condition */
export function recordOf(track: Track, holds: boolean | null): WatchRecord {
  const { readAt, overview = {}, changed } = track;
  const time = new Date(readAt ?? 0).toISOString();
  return { time, ...followedRecord(track, holds), overview, changed };
}

/** The record as a line of text: all counts at the start, then the old and new values of each change. */
export function changeLine(track: Track): Cell[] {
  const { time, deviceConfigurationId: id, displayName, overview, changed } = recordOf(track, null);
  const { before = {} } = track;
  const text = changed.length === 0 ? countsText(overview) : changesText(changed, before, overview);
  return [{ text: time, tone: 'dim' }, { text: labelOf(id, displayName), tone: 'strong' }, { text }];
}

/** The view for `markdown`, with all records at the end. */
export function changesView(records: readonly WatchRecord[]): Block[] {
  const columns = ['Time', 'Id', 'Changed', 'Counts'].map((title) => ({ title }));
  const rows = records.map(({ time, deviceConfigurationId: id, changed, overview }) =>
    [time, id, flagsOf(changed).join(', '), countsText(overview)].map((text) => ({ text })),
  );
  return [{ kind: 'table', columns, rows }];
}

/** One row for each record. */
export const WATCH_FLAT: Flat = {
  columns: ['time', ...FOLLOWED_COLUMNS, 'changed'],
  row(record) {
    const { time, changed, ...followed } = record as WatchRecord;
    return { time, ...followedCells(followed), changed: changed.join(' ') };
  },
};

/** The flag names of properties, from Graph's names. */
export function flagsOf(names: readonly string[]): readonly string[] {
  return PROPERTIES.filter(({ name }) => names.includes(name)).map(({ flag }) => flag);
}

function countsText(overview: Overview): string {
  const invalid = invalidCounts(overview);
  const some = COUNTS.filter((row) => invalid.includes(row) || (countOf(overview, row.name) ?? 0) > 0);
  return some.length === 0
    ? 'no devices'
    : some.map(({ flag, name }) => `${flag} ${heldText(overview, name)}`).join(', ');
}

function changesText(changed: readonly string[], before: Overview, after: Overview): string {
  const rows = PROPERTIES.filter(({ name }) => changed.includes(name));
  const texts = rows.map(({ name, flag, type }) => {
    const [from, to] = [before[name], after[name]];
    if (type !== 'Edm.Int32') return `${flag} ${String(from ?? '–')} → ${String(to ?? '–')}`;
    const [one, other] = [countOf(before, name), countOf(after, name)];
    const by = changeText(one, other);
    return `${flag} ${heldText(before, name)} → ${heldText(after, name)}${by === '' ? '' : ` (${by})`}`;
  });
  return texts.join(', ');
}
