import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFoldersSync } from './make-folders.ts';
import { checkOwner } from './ownership.ts';
import { SAFELY } from './safely.ts';
import { UnsafeFileError } from './unsafe-file.ts';

/** Each file has the lines of this time span, in milliseconds. */
const SPAN = 300_000;

/** Number of files that are kept and read: the lines of at least ten minutes. */
const KEPT = 3;

/** Only this many bytes at the end of a file are read. A larger file was written by another program. */
const MAX_BYTES = 8_000_000;

/**
 * A log that several processes of one machine append to and read. Each line is appended with one write, so that lines are
 * complete and no lock is needed; all processes see them in the same order. There is a file for each time span, and old
 * files are removed, so that no file must be truncated while others write. A process that appends a line and then reads sees all
 * lines that were appended before. Files are accessible only to their owner (0600, the folder 0700). All operations are
 * synchronous and take a few microseconds on a local disk.
 */
export class SharedLog {
  readonly #folder: string;
  readonly #host: string;
  readonly #name: string;
  readonly #files = new Map<number, OpenFile>();

  /**
   * @param host the name of this machine. Each machine has its own files, since clocks differ, and appending is not atomic
   *   in a network folder
   * @param name the name of the log
   */
  constructor(folder: string, host: string, name: string) {
    this.#folder = folder;
    this.#host = partOfName(host);
    this.#name = partOfName(name);
  }

  /**
   * Appends a line.
   * @param now milliseconds since the epoch
   * @throws an UnsafeFileError if the file or its folder is a link, or if other users may have written it; the system's
   *   error if it cannot be written
   */
  append(line: string, now: number): void {
    const file = this.#files.get(spanOf(now)) ?? this.#openNew(spanOf(now));
    // The line break before it ends an incomplete line, such as after a full disk.
    const bytes = Buffer.from(`\n${line}\n`);
    if (writeSync(file.handle, bytes) !== bytes.length) throw new Error('a line was not written completely');
  }

  /**
   * The lines (ASCII) since the last call; on the first call those of the last ten minutes.
   * @param now milliseconds since the epoch
   */
  read(now: number): string[] {
    const last = spanOf(now);
    const lines: string[] = [];
    // If the clock was set back, newer files that are open are still read.
    for (const span of [...this.#files.keys()].filter((one) => one > last)) lines.push(...this.#readOn(span));
    for (let span = last - KEPT + 1; span <= last; span += 1) lines.push(...this.#readOn(span));
    return lines;
  }

  close(): void {
    for (const { handle } of this.#files.values()) closeSync(handle);
    this.#files.clear();
  }

  #readOn(span: number): string[] {
    const file = this.#files.get(span) ?? this.#open(span, 0);
    return file === undefined ? [] : newLines(file);
  }

  /** Opens the file of the present time span, and removes old files. */
  #openNew(span: number): OpenFile {
    makeFolder(this.#folder);
    const file = this.#open(span, constants.O_CREAT) as OpenFile;
    for (const [old, { handle }] of this.#files) {
      if (old > span - KEPT) continue;
      closeSync(handle);
      this.#files.delete(old);
    }
    for (const name of readdirSync(this.#folder).filter((one) => one.startsWith(`${this.#host}~`))) {
      const [, number] = /\.(\d{1,9})\.log$/.exec(name) ?? [];
      if (number !== undefined && Number(number) <= span - KEPT) removeFile(join(this.#folder, name));
    }
    return file;
  }

  /** @param create O_CREAT, or 0 @returns undefined if there is no such file and it is not created */
  #open(span: number, create: number): OpenFile | undefined {
    const path = join(this.#folder, `${this.#host}~${this.#name}.${span}.log`);
    let handle: number;
    try {
      handle = openSync(path, constants.O_RDWR | constants.O_APPEND | create | SAFELY, 0o600);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' && create === 0) return undefined;
      if (code === 'ELOOP') throw new UnsafeFileError(path, 'is a link');
      throw error;
    }
    try {
      const { size } = checkOwn(handle, path);
      const file = { handle, offset: Math.max(0, size - MAX_BYTES), rest: '' };
      this.#files.set(span, file);
      return file;
    } catch (error) {
      closeSync(handle);
      throw error;
    }
  }
}

interface OpenFile {
  readonly handle: number;
  /** Number of bytes that were read. */
  offset: number;
  /** The beginning of an incomplete line. */
  rest: string;
}

const buffer = Buffer.alloc(65_536);

function newLines(file: OpenFile): string[] {
  const lines: string[] = [];
  for (;;) {
    const length = readSync(file.handle, buffer, 0, buffer.length, file.offset);
    if (length === 0) return lines.filter((line) => line !== '');
    file.offset += length;
    const parts = `${file.rest}${buffer.toString('latin1', 0, length)}`.split('\n');
    file.rest = parts.pop() ?? '';
    lines.push(...parts);
  }
}

/** A part of a file name that every file system accepts. */
function partOfName(text: string): string {
  return text.replace(/[^\w.~-]+/g, '_').slice(0, 120);
}

function spanOf(now: number): number {
  return Math.floor(now / SPAN);
}

/** Creates the folder. @throws an UnsafeFileError if it is a link, or if other users can write to it */
function makeFolder(path: string): void {
  makeFoldersSync(path, 0o700);
  const found = lstatSync(path);
  if (!found.isDirectory()) throw new UnsafeFileError(path, 'is not a folder');
  checkOwner(path, found);
}

function checkOwn(handle: number, path: string): { readonly size: number } {
  const found = fstatSync(handle);
  if (!found.isFile()) throw new UnsafeFileError(path, 'is not a file');
  checkOwner(path, found);
  return found;
}

/** Errors are ignored: another process may have removed the file, and Windows cannot remove open files. */
function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A later process tries again.
  }
}
