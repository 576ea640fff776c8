import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolders } from '../state/make-folders.ts';
import { areStored } from './patch-body.ts';
import { EmulatorError } from './problem.ts';

/** One PATCH: the properties it set on the overview of one configuration. */
interface Change {
  readonly id: string;
  readonly set: Readonly<Record<string, string | number>>;
}

const FORMAT = 1;
const CHUNK = 1024 * 1024;

/**
 * Changes in an append-only file that several processes can share. A change is a single write of a line with a line break
 * on both sides: concurrent writes are not mixed, and an unfinished write of a killed process damages only its own line.
 */
export interface StateFile {
  /** The changes that this and other processes have appended since the last call. */
  readNew(): Promise<readonly Change[]>;
  append(change: Change): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a state file, and creates it and its folder if they are missing (modes 0600 and 0700).
 * @param tenant the name of the tenant of the changes
 * @throws an EmulatorError if it cannot be written, or belongs to another tenant
 */
export async function openStateFile(path: string, tenant: string): Promise<StateFile> {
  const file = await openShared(path);
  let offset = 0;
  let rest = Buffer.alloc(0);

  async function readLines(): Promise<string[]> {
    const parts = [rest];
    for (const buffer = Buffer.allocUnsafe(CHUNK); ; ) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, offset);
      if (bytesRead === 0) break;
      parts.push(Buffer.from(buffer.subarray(0, bytesRead)));
      offset += bytesRead;
    }
    const bytes = Buffer.concat(parts);
    const end = bytes.lastIndexOf('\n') + 1;
    rest = bytes.subarray(end);
    return bytes.subarray(0, end).toString('utf8').split('\n');
  }

  async function appendLine(record: unknown): Promise<void> {
    await file.appendFile(`\n${JSON.stringify(record)}\n`);
  }

  const first = recordsOf(await readLines());
  const owner = first.find((record) => typeof record.tenant === 'string')?.tenant;
  if (owner !== undefined && owner !== tenant) {
    await file.close();
    throw new EmulatorError(
      `the state in ${path} belongs to the tenant ${owner}, not to ${tenant}`,
      'use another file with `--state`, or the same `--configurations` as before',
    );
  }
  if (owner === undefined) await appendLine({ tenant, format: FORMAT });
  let pending = changesOf(first);

  return {
    async readNew() {
      const changes = [...pending, ...changesOf(recordsOf(await readLines()))];
      pending = [];
      return changes;
    },
    append: appendLine,
    close: () => file.close(),
  };
}

async function openShared(path: string): Promise<FileHandle> {
  const unusable = (why: string): EmulatorError =>
    new EmulatorError(`the state cannot be stored in ${path} (${why})`, 'use a writable file', true);
  let file: FileHandle;
  try {
    await makeFolders(dirname(path), 0o700);
    file = await open(path, 'a+', 0o600);
  } catch (error) {
    throw unusable((error as NodeJS.ErrnoException).code ?? String(error));
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw unusable('not a file');
}

function recordsOf(lines: readonly string[]): Record<string, unknown>[] {
  return lines.flatMap((line) => {
    try {
      const record: unknown = line === '' ? undefined : JSON.parse(line);
      return typeof record === 'object' && record !== null ? [record as Record<string, unknown>] : [];
    } catch {
      // An unfinished line of a killed process, whose PATCH was not answered.
      return [];
    }
  });
}

/** A change that is not one of a PATCH, such as a count as a string in an edited file, is ignored. */
function changesOf(records: readonly Record<string, unknown>[]): Change[] {
  return records.flatMap(({ id, set }) => (typeof id === 'string' && areStored(set) ? [{ id, set }] : []));
}
