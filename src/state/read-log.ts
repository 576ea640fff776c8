import { constants } from 'node:fs';
import { crc32 } from 'node:zlib';
import { isObject } from '../text/is-object.ts';
import { isTooDeep } from '../text/json-depth.ts';
import { openOwn } from './private-file.ts';

/** The verified content of a log. */
export interface LogContent {
  /** The records of its complete groups, without the members that the log adds. */
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** Length of these groups in bytes, and the checksum of their last line. */
  readonly size: number;
  readonly checksum: number;
  /**
   * What follows after them. `torn`: an unfinished group, as a killed process leaves it, so that nothing was done that
   * relied on it. `last`: a last group with other damage, which may have been complete before. `before`: damage to a group
   * that is followed by another one. undefined: nothing follows.
   */
  readonly damage: 'torn' | 'last' | 'before' | undefined;
  /** The first line, if it has no checksum, as graph-overview 0.1 wrote it. */
  readonly unchecked?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Reads a log.
 * @throws an UnsafeFileError if it is a link, or if other users may have written it; the system's error if it cannot be
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

/** The end of each line: `,"crc":"0123abcd"}`. */
const TRAILER = /,"crc":"([0-9a-f]{8})"\}$/;
const TRAILER_LENGTH = 18;

/** The end of the first line of a group. */
const GROUP_START = /"group":\d+,"crc":"[0-9a-f]{8}"\}/g;

/** The complete groups of a log, and the kind of damage after them. */
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
 * @param rest the bytes from the first invalid line on
 * @param within whether that line belongs to a group that began before
 */
function damageOf(rest: Buffer, within: boolean): LogContent['damage'] {
  const end = rest.indexOf(LINE_FEED);
  const line = rest.toString('latin1', 0, end < 0 ? rest.length : end);
  const startsInLine = line.match(GROUP_START)?.length ?? 0;
  // A damaged line break joins two lines.
  if (startsInLine > (within ? 0 : 1)) return 'before';
  if (end >= 0) return rest.toString('latin1', end).match(GROUP_START) === null ? 'last' : 'before';
  return /"crc":"[0-9a-f]{8}"\}|\0/.test(line) ? 'last' : 'torn';
}

interface Line {
  readonly record: Readonly<Record<string, unknown>>;
  /** Number of lines of the group that begins with this line; undefined within a group. */
  readonly group: number | undefined;
  readonly checksum: number;
}

/** @returns undefined if the checksum does not match */
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

/** The checksum at the end of a line. */
function checksumOf(line: Buffer): number | undefined {
  const [, digits] = TRAILER.exec(line.toString('latin1', Math.max(0, line.length - TRAILER_LENGTH))) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/**
 * The last record of a log, read from its last bytes.
 * @param tail the last bytes of the log
 * @returns undefined if it is incomplete, or longer than `tail`
 */
export function lastRecord(tail: Buffer): Readonly<Record<string, unknown>> | undefined {
  if (tail.at(-1) !== LINE_FEED) return undefined;
  const start = tail.lastIndexOf(LINE_FEED, -2);
  if (start < TRAILER_LENGTH) return undefined;
  const before = checksumOf(tail.subarray(0, start));
  return before === undefined ? undefined : checkedLine(tail.subarray(start + 1, -1), before)?.record;
}

/** The first record of a log, read from its first bytes; undefined if it is incomplete, or longer than `head`. */
export function firstRecord(head: Buffer): Readonly<Record<string, unknown>> | undefined {
  const end = head.indexOf(LINE_FEED);
  return end < 0 ? undefined : checkedLine(head.subarray(0, end), 0)?.record;
}
