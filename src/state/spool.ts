import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { usage } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import { stateFolder } from './folder.ts';

/** Standard input as a file, for as long as it is needed. */
export interface Spool {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Copies standard input into a file that only its owner may read (0600): whoever writes into the pipe is done, and the
 * terminal is free for a question.
 * @throws a `usage` Failure where there is no room for it; an `interrupted` one where the run is interrupted meanwhile
 */
export async function spoolInput(
  runtime: Pick<Runtime, 'env' | 'platform' | 'home' | 'stdin' | 'uuid' | 'signal'>,
): Promise<Spool> {
  const folder = stateFolder(runtime);
  if (folder === undefined) {
    throw usage('there is no folder to keep standard input in', 'set GRAPH_OVERVIEW_STATE to a folder');
  }
  const path = join(folder, `input-${runtime.uuid()}`);
  const remove = (): Promise<void> => rm(path, { force: true });
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    await pipeline(runtime.stdin, file, { signal: runtime.signal });
    return { path, remove };
  } catch (error) {
    await remove().catch(() => undefined);
    if (runtime.signal.aborted) throw runtime.signal.reason;
    const { code, message } = error as NodeJS.ErrnoException;
    throw usage(
      `standard input cannot be kept in ${folder} (${code ?? message}), so nothing is written`,
      'give the name of a file instead of -, or set GRAPH_OVERVIEW_STATE to a folder that can be written',
    );
  }
}
