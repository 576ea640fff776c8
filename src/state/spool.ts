import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { usage } from '../outcome/errors.ts';
import type { Runtime } from '../process/runtime.ts';
import { stateFolder } from './folder.ts';
import { ownFolder } from './own-folder.ts';

/** What came through a pipe as a file, for as long as it is needed. */
export interface Spool {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Copies what comes through a pipe into a file that only its owner may read (0600): whoever writes into the pipe is
 * done, and the terminal is free for a question.
 * @param name for messages, such as `standard input`
 * @throws a `usage` Failure where there is no room for it; an `interrupted` one where the run is interrupted meanwhile
 */
export async function spoolInput(
  source: AsyncIterable<unknown>,
  name: string,
  runtime: Pick<Runtime, 'env' | 'platform' | 'home' | 'uuid' | 'signal'>,
): Promise<Spool> {
  const folder = stateFolder(runtime);
  if (folder === undefined) {
    throw usage(`there is no folder to keep ${name} in`, 'set GRAPH_OVERVIEW_STATE to a folder');
  }
  const own = join(folder, `input-${runtime.uuid()}`);
  const path = join(own, 'rows');
  const remove = (): Promise<void> => rm(own, { recursive: true, force: true });
  try {
    await ownFolder(own);
    const { signal } = runtime;
    await pipeline(source, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal });
    return { path, remove };
  } catch (error) {
    await remove().catch(() => undefined);
    if (runtime.signal.aborted) throw runtime.signal.reason;
    const { code, message } = error as NodeJS.ErrnoException;
    throw usage(
      `${name} cannot be kept in ${folder} (${code ?? message}), so nothing is written`,
      'give the name of a file instead, or set GRAPH_OVERVIEW_STATE to a folder that can be written',
    );
  }
}
