import { type FileHandle, open } from 'node:fs/promises';
import { EmulatorError } from './problem.ts';

/** The log entry of one request or of one item of a batch. */
interface LogEntry {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly method: string;
  /** Path and query in the request. */
  readonly path: string;
  readonly status: number;
  /** The id of the item in its batch; null for a single request. */
  readonly batch: string | null;
  /** The body as JSON, or as text if it is not JSON; null without a body. */
  readonly body: unknown;
}

/** One JSON line for each request, written before it is answered. */
export interface RequestLog {
  /** @param entry called only if there is a log */
  write(entry: () => LogEntry): Promise<void>;
  close(): Promise<void>;
}

/** Opens the log; without a path, a log that does nothing. @throws an EmulatorError if the file cannot be written */
export async function openLog(path: string | undefined): Promise<RequestLog> {
  if (path === undefined) return { write: async () => undefined, close: async () => undefined };
  const file = await openToAppend(path);
  return {
    write: (entry) => file.appendFile(`${JSON.stringify(entry())}\n`),
    close: () => file.close(),
  };
}

async function openToAppend(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a', 0o600);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new EmulatorError(`the log ${path} cannot be written (${code})`, 'use a writable file');
  }
}
