import { type FileHandle, open } from 'node:fs/promises';
import { EmulatorError } from './problem.ts';

/** What the log holds of one request or of one item of a batch. */
interface LogEntry {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly method: string;
  /** Path and query as they arrived. */
  readonly path: string;
  readonly status: number;
  /** The id of the item within its batch; null for a request of its own. */
  readonly batch: string | null;
  /** The body as JSON, or as text where it is none; null where there was none. */
  readonly body: unknown;
}

/** One JSON line for each request, written before it is answered. */
export interface RequestLog {
  /** @param entry made only where there is a log */
  write(entry: () => LogEntry): Promise<void>;
  close(): Promise<void>;
}

/** @throws an EmulatorError where the file cannot be written */
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
    throw new EmulatorError(`the log ${path} cannot be written (${code})`, 'give a file that can be written');
  }
}
