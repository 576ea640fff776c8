import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { ownFolder } from './own-folder.ts';
import { openOwn } from './private-file.ts';
import type { LogContent } from './read-log.ts';

/** Waited for before each write; its rejection keeps the records from being written. */
export type WriteGuard = () => Promise<void>;

/**
 * An append-only file of JSON lines, readable by its owner alone. Records that are appended while a sync is under way
 * are written and synced together with the next one, so one sync covers many. What is written together is a group: its
 * first line has the number of its lines (`group`), and each line ends with the checksum of all lines up to it (`crc`,
 * CRC-32), so that a reader tells a group that was never finished from damage to what was synced before.
 */
export class AppendLog {
  readonly #file: FileHandle;
  readonly #guard: WriteGuard | undefined;
  #queue: string[] = [];
  #flushing: Promise<void> | undefined;
  /** Bytes that are known to be whole, and the checksum of the last line in them. */
  #size: number;
  #checksum: number;
  /** Whether a write failed, so that a part of a group may stand behind `#size`. */
  #dirty = false;

  private constructor(file: FileHandle, { size, checksum }: LogEnd, guard: WriteGuard | undefined) {
    this.#file = file;
    this.#size = size;
    this.#checksum = checksum;
    this.#guard = guard;
  }

  /**
   * Makes a new log, and its folder where it is missing (0700).
   * @throws where it exists already or cannot be written, or where the folder is not ours alone
   */
  static async create(path: string, guard?: WriteGuard): Promise<AppendLog> {
    await ownFolder(dirname(path));
    const log = new AppendLog(await open(path, 'ax', 0o600), { size: 0, checksum: 0 }, guard);
    await syncFolder(dirname(path));
    return log;
  }

  /**
   * Opens a log to go on with it. What stands behind its last whole group is cut off.
   * @param content what was read of it
   * @param first written in the place of what is cut off, where anything is
   * @throws an UnsafeFileError where it is a link, or others may have written it
   */
  static async reopen(
    path: string,
    content: LogContent,
    first: readonly unknown[] = [],
    guard?: WriteGuard,
  ): Promise<AppendLog> {
    await ownFolder(dirname(path));
    let end: LogEnd = content;
    if (content.damage !== undefined) {
      const file = await openOwn(path, constants.O_RDWR);
      try {
        const lines = linesOf(
          first.map((record) => JSON.stringify(record)),
          end.checksum,
        );
        // Written first and cut afterwards: whoever is killed in between leaves damage, which the next one finds.
        const bytes = Buffer.from(lines.text);
        if (bytes.length > 0) await file.write(bytes, 0, bytes.length, end.size);
        end = { size: end.size + bytes.length, checksum: lines.checksum };
        await file.truncate(end.size);
        await file.datasync();
      } finally {
        await file.close();
      }
    }
    return new AppendLog(await openOwn(path, constants.O_RDWR | constants.O_APPEND), end, guard);
  }

  /** Resolves when the records are on the disk. @throws where they cannot be written, such as on a full disk */
  append(records: readonly unknown[]): Promise<void> {
    for (const record of records) this.#queue.push(JSON.stringify(record));
    if (this.#flushing === undefined) return this.#flush();
    // What is under way took its records before these came: they go with the one after it.
    return this.#flushing.catch(() => undefined).then(() => this.#flush());
  }

  async close(): Promise<void> {
    await this.#flushing?.catch(() => undefined);
    await this.#file.close();
  }

  #flush(): Promise<void> {
    // Another caller may have started the flush that covers these records already.
    if (this.#flushing !== undefined) return this.#flushing;
    if (this.#queue.length === 0) return Promise.resolve();
    const group = this.#queue;
    this.#queue = [];
    this.#flushing = this.#write(group).finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #write(group: readonly string[]): Promise<void> {
    await this.#guard?.();
    if (this.#dirty) await this.#file.truncate(this.#size);
    const { size } = await this.#file.stat();
    if (size !== this.#size) throw new Error('another process has written to it');
    this.#dirty = true;
    const { text, checksum } = linesOf(group, this.#checksum);
    const bytes = Buffer.from(text);
    await this.#file.appendFile(bytes);
    await this.#file.datasync();
    this.#dirty = false;
    this.#size += bytes.length;
    this.#checksum = checksum;
  }
}

/** Where a log ends. */
type LogEnd = Pick<LogContent, 'size' | 'checksum'>;

/** @param group the JSON of each record, which is an object with members */
function linesOf(group: readonly string[], before: number): { text: string; checksum: number } {
  let checksum = before;
  const lines = group.map((json, index) => {
    const body = `${json.slice(0, -1)}${index === 0 ? `,"group":${group.length}` : ''}`;
    checksum = crc32(body, checksum);
    return `${body},"crc":"${checksum.toString(16).padStart(8, '0')}"}\n`;
  });
  return { text: lines.join(''), checksum };
}

/** A new file's name is on the disk only once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  // Windows opens no folders, and some file systems sync none: then the file alone has to do.
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
