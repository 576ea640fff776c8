import type { Row } from '../input/row.ts';

/** Which part of a file is meant: `index` of `count`, both from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Whether what has this key is of this part: its hash (FNV-1a, in any letter case) decides, on every machine alike. */
export function inShard(key: string, shard: Shard): boolean {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key.toLowerCase())) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash % shard.count === shard.index - 1;
}

/**
 * The rows of a part, by the ids of configurations: each has its own overview. Rows by another route
 * may lead to an overview that other rows lead to as well, which shows only once it has been read.
 * @returns undefined where a row goes by another route
 */
export function directShard(rows: readonly Row[], shard: Shard): Row[] | undefined {
  if (rows.some(({ route }) => route.segments.length > 0)) return undefined;
  return rows.filter(({ deviceConfigurationId }) => inShard(deviceConfigurationId, shard));
}
