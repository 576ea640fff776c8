import { constants } from 'node:fs';
import { crc32 } from 'node:zlib';
import { isObject } from '../text/is-object.ts';
import { isTooDeep } from '../text/json-depth.ts';
import { openOwn } from './private-file.ts';

/** What a log holds, as far as its checksums say so. */
export interface LogContent {
  /** Every record of its whole groups, without what the log itself added. */
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** Bytes of these groups, and the checksum of their last line. */
  readonly size: number;
  readonly checksum: number;
  /**
   * What stands behind them: `torn`, a group that was never finished, as a killed process leaves it, so that nothing
   * was done on the strength of it; `last`, a last group that is damaged in another way, so that it may have been whole
   * once; `before`, damage to a group that another one follows. undefined where nothing does.
   */
  readonly damage: 'torn' | 'last' | 'before' | undefined;
  /** Where the first line has no checksum, as graph-overview 0.1 wrote it. */
  readonly unchecked?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Reads a log.
 * @throws an UnsafeFileError where it is a link, or others may have written it; what the system says where it cannot be
 *   read
 */
export async function readLog(path: string): Promise<LogContent> {
  const file = await openOwn(path, constants.O_RDONLY);
  try {
    return parseLog(await file.readFile());
  } finally {
    await file.close();
  }
}

const LINE_FEED = 0x0a;

/** `,"crc":"0123abcd"}`: what ends each line. */
const TRAILER = /,"crc":"([0-9a-f]{8})"\}$/;
const TRAILER_LENGTH = 18;

/** The end of the first line of a group, wherever it stands. */
const GROUP_START = /"group":\d+,"crc":"[0-9a-f]{8}"\}/g;

/** The whole groups of a log, and what is wrong with the rest. */
export function parseLog(bytes: Buffer): LogContent {
  const records: Readonly<Record<string, unknown>>[] = [];
  let size = 0;
  let checksum = 0;
  let group: Readonly<Record<string, unknown>>[] = [];
  let due = 0;
  let offset = 0;
  let last = 0;
  while (offset < bytes.length) {
    const end = bytes.indexOf(LINE_FEED, offset);
    const line = end < 0 ? undefined : checkedLine(bytes.subarray(offset, end), last);
    if (line === undefined || (line.group === undefined) !== due > 0) break;
    due = (line.group ?? due) - 1;
    group.push(line.record);
    last = line.checksum;
    offset = end + 1;
    if (due > 0) continue;
    for (const record of group) records.push(record);
    group = [];
    size = offset;
    checksum = last;
  }
  const damage = size === bytes.length ? undefined : damageOf(bytes.subarray(offset), due > 0);
  const unchecked = size === 0 ? uncheckedLine(bytes) : undefined;
  return { records, size, checksum, damage, ...(unchecked === undefined ? {} : { unchecked }) };
}

function uncheckedLine(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  const end = bytes.indexOf(LINE_FEED);
  const text = bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
  if (text === '' || TRAILER.test(text)) return undefined;
  return recordIn(text);
}

function recordIn(text: string): Readonly<Record<string, unknown>> | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param rest what begins with the first line that is not whole
 * @param within whether that line belongs to a group that began before
 */
function damageOf(rest: Buffer, within: boolean): LogContent['damage'] {
  const end = rest.indexOf(LINE_FEED);
  const line = rest.toString('latin1', 0, end < 0 ? rest.length : end);
  const startsInLine = line.match(GROUP_START)?.length ?? 0;
  // A line break that is damaged makes one line of two.
  if (startsInLine > (within ? 0 : 1)) return 'before';
  if (end >= 0) return rest.toString('latin1', end).match(GROUP_START) === null ? 'last' : 'before';
  return /"crc":"[0-9a-f]{8}"\}|\0/.test(line) ? 'last' : 'torn';
}

interface Line {
  readonly record: Readonly<Record<string, unknown>>;
  /** How many lines the group has that begins with it. */
  readonly group: number | undefined;
  readonly checksum: number;
}

/** @returns undefined where the line is not as it was written */
function checkedLine(line: Buffer, before: number): Line | undefined {
  const body = line.subarray(0, -TRAILER_LENGTH);
  const checksum = crc32(body, before);
  if (checksum !== checksumOf(line)) return undefined;
  const value = recordIn(`${body.toString('utf8')}}`);
  if (value === undefined) return undefined;
  const { group, ...record } = value;
  if (group === undefined) return { record, group, checksum };
  const lines = Number.isSafeInteger(group) ? (group as number) : 0;
  return lines > 0 ? { record, group: lines, checksum } : undefined;
}

/** The checksum that a line says it has. */
function checksumOf(line: Buffer): number | undefined {
  const [, digits] = TRAILER.exec(line.toString('latin1', Math.max(0, line.length - TRAILER_LENGTH))) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/**
 * The last record of a log, from its last bytes alone.
 * @param tail the last bytes of the log
 * @returns undefined where it is not whole, or not all of it is among them
 */
export function lastRecord(tail: Buffer): Readonly<Record<string, unknown>> | undefined {
  if (tail.at(-1) !== LINE_FEED) return undefined;
  const start = tail.lastIndexOf(LINE_FEED, -2);
  if (start < TRAILER_LENGTH) return undefined;
  const before = checksumOf(tail.subarray(0, start));
  return before === undefined ? undefined : checkedLine(tail.subarray(start + 1, -1), before)?.record;
}

/** The first record of a log, from its first bytes alone; undefined where it is not whole, or not all of it is there. */
export function firstRecord(head: Buffer): Readonly<Record<string, unknown>> | undefined {
  const end = head.indexOf(LINE_FEED);
  return end < 0 ? undefined : checkedLine(head.subarray(0, end), 0)?.record;
}
