import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isTooDeep } from '../text/json-depth.ts';
import { ownFolder } from './own-folder.ts';
import { openOwn } from './private-file.ts';

/**
 * An append-only file of JSON lines, readable by its owner alone. Records that are appended while a sync is under way
 * are written and synced together with the next one, so one sync covers many.
 */
export class AppendLog {
  readonly #file: FileHandle;
  #queue: string[] = [];
  #flushing: Promise<void> | undefined;
  /** Whether the next write has to end a line that a killed process left unfinished. */
  #torn: boolean;

  private constructor(file: FileHandle, torn: boolean) {
    this.#file = file;
    this.#torn = torn;
  }

  /**
   * Makes a new log, and its folder where it is missing (0700).
   * @throws where it exists already or cannot be written, or where the folder is not ours alone
   */
  static async create(path: string): Promise<AppendLog> {
    await ownFolder(dirname(path));
    const log = new AppendLog(await open(path, 'ax', 0o600), false);
    await syncFolder(dirname(path));
    return log;
  }

  /** Opens a log to go on with it. @throws an UnsafeFileError where it is a link, or others may have written it */
  static async reopen(path: string): Promise<AppendLog> {
    await ownFolder(dirname(path));
    const file = await openOwn(path, constants.O_RDWR | constants.O_APPEND);
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    return new AppendLog(file, size > 0 && last.toString() !== '\n');
  }

  /** Resolves when the records are on the disk. @throws where they cannot be written, such as on a full disk */
  append(records: readonly unknown[]): Promise<void> {
    for (const record of records) this.#queue.push(`${JSON.stringify(record)}\n`);
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
    const text = (this.#torn ? '\n' : '') + this.#queue.join('');
    this.#queue = [];
    this.#torn = false;
    this.#flushing = (async () => {
      try {
        await this.#file.appendFile(text);
        await this.#file.datasync();
      } catch (error) {
        // A part of a line may stand there now.
        this.#torn = true;
        throw error;
      }
    })().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }
}

/** A new file's name is on the disk only once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  // Windows opens no folders, and some file systems sync none: then the file alone has to do.
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/**
 * The text of a log.
 * @throws an UnsafeFileError where it is a link, or others may have written it; what the system says where it cannot be
 *   read
 */
export async function readLog(path: string): Promise<string> {
  const file = await openOwn(path, constants.O_RDONLY);
  try {
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Every whole record of a log. A last line that was never finished is left out: nothing stood on it. */
export function parseLog(text: string): unknown[] {
  return text.split('\n').flatMap((line) => {
    if (line === '' || isTooDeep(line)) return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}
