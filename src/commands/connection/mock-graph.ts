import { constants } from 'node:fs';
import { join } from 'node:path';
import { EmulatorError, startEmulator } from '../../emulator/index.ts';
import type { Target } from '../../graph/target.ts';
import { Failure } from '../../outcome/errors.ts';
import type { Emit } from '../../outcome/events.ts';
import type { Runtime } from '../../process/runtime.ts';
import { stateFolder } from '../../state/folder.ts';
import { ownFolder } from '../../state/own-folder.ts';
import { openOwn } from '../../state/private-file.ts';
import { UnsafeFileError } from '../../state/unsafe-file.ts';
import type { GraphSettings } from '../options/settings.ts';

/** The mock Graph, started in this process. */
interface MockGraph {
  readonly target: Target;
  close(): Promise<void>;
}

/** The file of the tenant that is kept between commands; undefined if there is no private folder for it. */
async function stateFileOf(runtime: Runtime, emit: Emit): Promise<string | undefined> {
  const state = stateFolder(runtime);
  if (state === undefined) return undefined;
  const folder = join(state, 'local');
  const file = join(folder, 'tenant.jsonl');
  try {
    await ownFolder(folder);
    await (await openOwn(file, constants.O_RDWR)).close();
  } catch (error) {
    // If it is missing or cannot be created, opening it later creates it or reports the error.
    if (!(error instanceof UnsafeFileError)) return file;
    emit({ kind: 'warning', text: `${error.message}: changes last for this command only` });
    return undefined;
  }
  return file;
}

/**
 * Starts the mock Graph, with the tenant that is kept between commands if it can be stored.
 * @throws a `usage` Failure if the stored tenant cannot be read
 */
export async function startMockGraph(
  settings: GraphSettings,
  runtime: Runtime,
  emit: Emit,
): Promise<MockGraph> {
  const stateFile = await stateFileOf(runtime, emit);
  const started = await startEmulator({
    clock: runtime.clock,
    ...(stateFile === undefined ? {} : { stateFile }),
  }).catch(async (error: unknown) => {
    if (!(error instanceof EmulatorError)) throw error;
    if (!error.unwritable) throw new Failure('usage', error.message, { hint: error.hint });
    emit({ kind: 'warning', text: `${error.message}: changes last for this command only` });
    return startEmulator({ clock: runtime.clock });
  });
  const { apiVersion, cloud } = settings;
  return {
    target: { baseUrl: started.url, apiVersion, cloud, loopback: true },
    close: () => started.close(),
  };
}
