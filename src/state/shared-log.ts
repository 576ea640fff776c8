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

/** Of a larger file only the end is read, in bytes: another program must have written to it. */
const MAX_BYTES = 8_000_000;

/**
 * Lines that several processes of one machine append and read. Each line is appended in one step, so that none is torn
 * and no lock is needed; their order in the files is the same for all. Files follow each other by time and are removed
 * when they are old, so that nothing has to be cut off while others write. A process that appends a line and then reads
 * finds everything that was appended before. Readable by the owner alone (0600, the folder 0700). All of it blocks: a
 * few microseconds on a local disk.
 */
export class SharedLog {
  readonly #folder: string;
  readonly #host: string;
  readonly #name: string;
  readonly #files = new Map<number, OpenFile>();

  /**
   * @param host the name of this machine: clocks of several differ, and a folder of a network does not
   *   append in one step
   * @param name of the log among those of the machine
   */
  constructor(folder: string, host: string, name: string) {
    this.#folder = folder;
    this.#host = partOfName(host);
    this.#name = partOfName(name);
  }

  /**
   * @param now milliseconds since the epoch
   * @throws an UnsafeFileError where the file or its folder is a link, or others may have written it; what the system
   *   says where it cannot be written
   */
  append(line: string, now: number): void {
    const file = this.#files.get(spanOf(now)) ?? this.#openNew(spanOf(now));
    // The line break before it ends a line that was torn, such as by a disk that was full.
    const bytes = Buffer.from(`\n${line}\n`);
    if (writeSync(file.handle, bytes) !== bytes.length) throw new Error('a line was not written whole');
  }

  /** The lines, of ASCII, that were appended since it was last called; at first all of the last ten minutes. */
  read(now: number): string[] {
    const last = spanOf(now);
    const lines: string[] = [];
    // The clock may have been set back: what is open is read on.
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

  /** Opens the file of the present, and removes what is old. */
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

  /** @returns undefined where there is no such file and none is to be made */
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
  /** Bytes that were read. */
  offset: number;
  /** The beginning of a line whose end was not there yet. */
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

/** @throws an UnsafeFileError where the folder is a link, or others may write into it */
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

/** Another process may have removed it, and Windows removes none that is open: the next one tries again. */
function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It stays.
  }
}
