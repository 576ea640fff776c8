import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { ownFolder } from './own-folder.ts';
import { openOwn } from './private-file.ts';
import type { LogEnd as ReadEnd } from './read-log.ts';

/** Awaited before each write; if it rejects, the records are not written. */
export type WriteGuard = () => Promise<void>;

/**
 * An append-only file of JSON lines, readable only by its owner. Records that are appended during a sync are written and
 * synced together afterwards, so one sync covers many. Records that are written together are a group: its first line has
 * the number of its lines (`group`), and each line ends with the checksum of all lines up to it (`crc`, CRC-32). With
 * these a reader can distinguish an unfinished group from damage to synced records.
 */
export class AppendLog {
  readonly #file: FileHandle;
  readonly #guard: WriteGuard | undefined;
  #queue: string[] = [];
  #flushing: Promise<void> | undefined;
  /** Length of the complete groups in bytes, and the checksum of their last line. */
  #size: number;
  #checksum: number;
  /** Whether a write failed, so that a part of a group may follow after `#size`. */
  #dirty = false;

  private constructor(file: FileHandle, { size, checksum }: LogEnd, guard: WriteGuard | undefined) {
    this.#file = file;
    this.#size = size;
    this.#checksum = checksum;
    this.#guard = guard;
  }

  /**
   * Creates a new log, and its folder if it is missing (0700).
   * @throws if it already exists or cannot be written, or if other users can access the folder
   */
  static async create(path: string, guard?: WriteGuard): Promise<AppendLog> {
    await ownFolder(dirname(path));
    const log = new AppendLog(await open(path, 'ax', 0o600), { size: 0, checksum: 0 }, guard);
    await syncFolder(dirname(path));
    return log;
  }

  /**
   * Opens a log for appending. Anything after its last complete group is removed.
   * @param content how it ends, as it was read
   * @param first records that replace what is removed, if anything is
   * @throws an UnsafeFileError if it is a link, or if other users may have written it
   */
  static async reopen(
    path: string,
    content: ReadEnd,
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
        // Written first and truncated afterwards: if the process is killed in between, the next one finds the damage.
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

  /** Resolves when the records are synced to disk. @throws if they cannot be written, such as on a full disk */
  append(records: readonly unknown[]): Promise<void> {
    for (const record of records) this.#queue.push(JSON.stringify(record));
    if (this.#flushing === undefined) return this.#flush();
    // The current flush does not include these records, so they are in the next one.
    return this.#flushing.catch(() => undefined).then(() => this.#flush());
  }

  async close(): Promise<void> {
    await this.#flushing?.catch(() => undefined);
    await this.#file.close();
  }

  #flush(): Promise<void> {
    // Another caller may already have started the flush that includes these records.
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

/** The end of a log. */
type LogEnd = Pick<ReadEnd, 'size' | 'checksum'>;

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

/** The name of a new file is durable only after its folder is synced. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  // Windows cannot open folders, and some file systems cannot sync them; then only the file is synced.
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
