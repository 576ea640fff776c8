import { createWriteStream } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { usage } from '../outcome/errors.ts';
import type { Runtime } from '../process/runtime.ts';
import { isObject } from '../text/is-object.ts';
import { stateFolder } from './folder.ts';
import { ownFolder } from './own-folder.ts';
import { readPrivate } from './private-file.ts';
import { isAlive, ownIdentity, readIdentity } from './process-identity.ts';

/** The file with the identity of the process that owns the spooled input. */
const OWNER = 'owner.json';

/** A temporary file with the content of a pipe. */
export interface Spool {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Copies the content of a pipe to a file that only its owner may read (0600), so that the writer of the pipe can end and
 * the terminal is available for a question.
 * @param name for messages, such as `standard input`
 * @throws a `usage` Failure if it cannot be stored; an `interrupted` Failure if the run is interrupted meanwhile
 */
export async function spoolInput(
  source: AsyncIterable<unknown>,
  name: string,
  runtime: Pick<Runtime, 'env' | 'platform' | 'home' | 'uuid' | 'signal'>,
): Promise<Spool> {
  const folder = stateFolder(runtime);
  if (folder === undefined) {
    throw usage(`there is no folder to store ${name} in`, 'set GRAPH_OVERVIEW_STATE to a folder');
  }
  const own = join(folder, `input-${runtime.uuid()}`);
  const path = join(own, 'rows');
  const remove = (): Promise<void> => rm(own, { recursive: true, force: true });
  try {
    await ownFolder(own);
    await writeFile(join(own, OWNER), JSON.stringify(ownIdentity()), { flag: 'wx', mode: 0o600 });
    const { signal } = runtime;
    await pipeline(source, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal });
    return { path, remove };
  } catch (error) {
    await remove().catch(() => undefined);
    if (runtime.signal.aborted) throw runtime.signal.reason;
    const { code, message } = error as NodeJS.ErrnoException;
    throw usage(
      `${name} cannot be stored in ${folder} (${code ?? message}), so nothing is written`,
      'use a file instead, or set GRAPH_OVERVIEW_STATE to a writable folder',
    );
  }
}

/** Removes spooled input of killed processes. What cannot be read or removed is kept. */
export async function removeAbandonedSpools(
  runtime: Pick<Runtime, 'env' | 'platform' | 'home'>,
): Promise<void> {
  const folder = stateFolder(runtime);
  if (folder === undefined) return;
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => /^input-[\da-f-]{36}$/.test(one))) {
    const spool = join(folder, name);
    if (await isAbandoned(spool)) await rm(spool, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isAbandoned(spool: string): Promise<boolean> {
  try {
    const value: unknown = JSON.parse((await readPrivate(join(spool, OWNER))) ?? '');
    const owner = isObject(value) ? readIdentity(value) : undefined;
    return owner !== undefined && isAlive(owner) === false;
  } catch {
    return false;
  }
}
