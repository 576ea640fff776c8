import type { Row } from '../input/row.ts';

/** A part of a file: part `index` of `count`, both starting at 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Whether a key belongs to a shard, by its hash (FNV-1a of the lower case), which is the same on every machine. */
export function inShard(key: string, shard: Shard): boolean {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key.toLowerCase())) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash % shard.count === shard.index - 1;
}

/**
 * The rows of a shard, by the ids of their configurations.
 * @returns undefined if a row has another route than `direct`: several such rows may lead to the same overview, which is
 *   known only after it has been read
 */
export function directShard(rows: readonly Row[], shard: Shard): Row[] | undefined {
  if (rows.some(({ route }) => route.segments.length > 0)) return undefined;
  return rows.filter(({ deviceConfigurationId }) => inShard(deviceConfigurationId, shard));
}
