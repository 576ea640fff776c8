import { constants } from 'node:fs';
import { crc32 } from 'node:zlib';
import { isObject } from '../text/is-object.ts';
import { isTooDeep, MAX_SAVED_DEPTH } from '../text/json-depth.ts';
import { openOwn } from './private-file.ts';

type LogRecord = Readonly<Record<string, unknown>>;

/** How a log ends. */
export interface LogEnd {
  /** Length of the complete groups in bytes, and the checksum of their last line. */
  readonly size: number;
  readonly checksum: number;
  /**
   * The damage after them. `torn`: an unfinished group, left by a killed process before any action that relied on it. `last`:
   * a last group with other damage, which may have been complete before. `before`: damage to a group that is followed by
   * another one. undefined: nothing follows.
   */
  readonly damage: 'torn' | 'last' | 'before' | undefined;
  /** The first line if it has no checksum, as graph-overview 0.1 wrote it. */
  readonly unchecked?: LogRecord | undefined;
}

/** The valid content of a log, by its checksums. */
export interface LogContent extends LogEnd {
  /** The records of the complete groups, without the members `group` and `crc`. */
  readonly records: readonly LogRecord[];
}

/** Size of one read of a log, in bytes. */
const CHUNK = 262_144;

/**
 * Reads a log in chunks.
 * @param onRecord called with each record of a complete group
 * @throws an UnsafeFileError if it is a link, or if other users may have written it; the system's error if it cannot be read
 */
export async function foldLog(path: string, onRecord: (record: LogRecord) => void): Promise<LogEnd> {
  const file = await openOwn(path, constants.O_RDONLY);
  try {
    const parser = new LogParser(onRecord);
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK);
      if (bytesRead === 0) return parser.end();
      parser.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/** Reads a whole log into memory. @throws as `foldLog` */
export async function readLog(path: string): Promise<LogContent> {
  const records: LogRecord[] = [];
  const end = await foldLog(path, (record) => records.push(record));
  return { records, ...end };
}

const LINE_FEED = 0x0a;

/** The end of each line: `,"crc":"0123abcd"}`. */
const TRAILER = /,"crc":"([0-9a-f]{8})"\}$/;
const TRAILER_LENGTH = 18;

/** The end of the first line of a group. */
const GROUP_START = /"group":\d{1,16},"crc":"[0-9a-f]{8}"\}/g;
const MAX_GROUP_START = 48;

/** The complete groups of a log, and the kind of damage after them. */
export function parseLog(bytes: Buffer): LogContent {
  const records: LogRecord[] = [];
  const parser = new LogParser((record) => records.push(record));
  parser.push(bytes);
  return { records, ...parser.end() };
}

/** Maximum length of a line, in bytes. The longest line of a journal has the numbers of all rows of a run. */
const MAX_LINE = 64 * 1024 * 1024;

/** An incremental parser of a log. */
class LogParser {
  readonly #onRecord: (record: LogRecord) => void;
  #size = 0;
  #checksum = 0;
  /** The current incomplete group: its records, the number of missing lines, and its length in bytes. */
  #group: LogRecord[] = [];
  #due = 0;
  #groupSize = 0;
  #last = 0;
  /** The parts of an incomplete line. */
  #line: Buffer[] = [];
  #lineSize = 0;
  /** Everything from the first damaged line on; undefined if there is none. */
  #damaged: DamagedEnd | undefined;

  constructor(onRecord: (record: LogRecord) => void) {
    this.#onRecord = onRecord;
  }

  push(bytes: Buffer): void {
    if (this.#damaged !== undefined) {
      this.#damaged.push(bytes);
      return;
    }
    let offset = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, offset)) {
      const part = bytes.subarray(offset, end);
      const whole = this.#line.length === 0 ? part : Buffer.concat([...this.#line, part]);
      const line = checkedLine(whole, this.#last);
      if (line === undefined || (line.group === undefined) !== this.#due > 0) {
        this.#endDamaged([...this.#line, bytes.subarray(offset)]);
        return;
      }
      this.#line = [];
      this.#lineSize = 0;
      this.#take(line, whole.length + 1);
      offset = end + 1;
    }
    if (offset === bytes.length) return;
    this.#line.push(bytes.subarray(offset));
    this.#lineSize += bytes.length - offset;
    if (this.#lineSize > MAX_LINE) this.#endDamaged(this.#line);
  }

  end(): LogEnd {
    if (this.#damaged === undefined && (this.#lineSize > 0 || this.#due > 0)) this.#endDamaged(this.#line);
    const first = this.#size === 0 && this.#group.length === 0;
    const unchecked = first ? this.#damaged?.uncheckedLine() : undefined;
    return {
      size: this.#size,
      checksum: this.#checksum,
      damage: this.#damaged?.kind(),
      ...(unchecked === undefined ? {} : { unchecked }),
    };
  }

  #endDamaged(parts: readonly Buffer[]): void {
    this.#damaged = new DamagedEnd(this.#due > 0);
    for (const part of parts) this.#damaged.push(part);
    this.#line = [];
  }

  #take(line: Line, size: number): void {
    this.#due = (line.group ?? this.#due) - 1;
    this.#group.push(line.record);
    this.#groupSize += size;
    this.#last = line.checksum;
    if (this.#due > 0) return;
    for (const record of this.#group) this.#onRecord(record);
    this.#group = [];
    this.#size += this.#groupSize;
    this.#groupSize = 0;
    this.#checksum = this.#last;
  }
}

/** Counts what looks like the first line of a group in text that comes in parts. */
class GroupStarts {
  count = 0;
  /** The end of the text so far, in which a match may have begun. */
  #carried = '';

  push(text: string): void {
    const all = this.#carried + text;
    let from = Math.max(0, all.length - MAX_GROUP_START);
    for (const match of all.matchAll(GROUP_START)) {
      this.count += 1;
      from = Math.max(from, match.index + match[0].length);
    }
    this.#carried = all.slice(from);
  }
}

/** Everything from the first damaged line of a log on, of which only what is needed is kept: it may be any file. */
class DamagedEnd {
  /** Whether the damaged line belongs to a group that began before. */
  readonly #within: boolean;
  /** The beginning of the damaged line. */
  #head: Buffer = Buffer.alloc(0);
  #lineEnded = false;
  #lineSize = 0;
  #hasTrailerOrZero = false;
  #carried = '';
  readonly #inLine = new GroupStarts();
  readonly #after = new GroupStarts();

  constructor(within: boolean) {
    this.#within = within;
  }

  push(bytes: Buffer): void {
    const end = this.#lineEnded ? 0 : bytes.indexOf(LINE_FEED);
    if (!this.#lineEnded) this.#pushLine(end < 0 ? bytes : bytes.subarray(0, end));
    if (end < 0) return;
    this.#lineEnded = true;
    this.#after.push(bytes.toString('latin1', end));
  }

  #pushLine(part: Buffer): void {
    if (this.#head.length < MAX_HEAD) this.#head = Buffer.concat([this.#head, part.subarray(0, MAX_HEAD)]);
    this.#lineSize += part.length;
    const text = part.toString('latin1');
    this.#inLine.push(text);
    const all = this.#carried + text;
    this.#hasTrailerOrZero ||= /"crc":"[0-9a-f]{8}"\}|\0/.test(all);
    this.#carried = all.slice(-TRAILER_LENGTH);
  }

  kind(): LogEnd['damage'] {
    // A damaged line break joins two lines.
    if (this.#inLine.count > (this.#within ? 0 : 1)) return 'before';
    if (this.#lineEnded) return this.#after.count === 0 ? 'last' : 'before';
    return this.#hasTrailerOrZero ? 'last' : 'torn';
  }

  /** The damaged line as a record, if it has no checksum. */
  uncheckedLine(): LogRecord | undefined {
    if (this.#lineSize > MAX_HEAD) return undefined;
    const text = this.#head.toString('utf8');
    return text === '' || TRAILER.test(text) ? undefined : recordIn(text);
  }
}

/** Maximum length of a first record, in bytes. */
const MAX_HEAD = 65_536;

function recordIn(text: string): Readonly<Record<string, unknown>> | undefined {
  if (isTooDeep(text, MAX_SAVED_DEPTH)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
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
