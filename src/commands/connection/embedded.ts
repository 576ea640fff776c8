import { join } from 'node:path';
import { EmulatorError, startEmulator } from '../../emulator/index.ts';
import type { Target } from '../../graph/target.ts';
import { Failure } from '../../outcome/errors.ts';
import type { Emit } from '../../outcome/events.ts';
import type { Runtime } from '../../process/runtime.ts';
import { stateFolder } from '../../state/folder.ts';
import { ownFolder } from '../../state/own-folder.ts';
import { UnsafeFileError } from '../../state/unsafe-file.ts';
import type { GraphSettings } from '../options/settings.ts';

/** The mock Graph, started in this process. */
interface Embedded {
  readonly target: Target;
  close(): Promise<void>;
}

/** Where the embedded tenant lasts; undefined where there is no folder that is ours alone. */
async function embeddedState(runtime: Runtime, emit: Emit): Promise<string | undefined> {
  const state = stateFolder(runtime);
  if (state === undefined) return undefined;
  const folder = join(state, 'local');
  try {
    await ownFolder(folder);
  } catch (error) {
    // If it cannot be created, opening the file reports the error.
    if (!(error instanceof UnsafeFileError)) return join(folder, 'tenant.jsonl');
    emit({ kind: 'warning', text: `${error.message}: what is written lasts for this command only` });
    return undefined;
  }
  return join(folder, 'tenant.jsonl');
}

/**
 * Starts it, with the tenant that lasts between commands where there is a place for it.
 * @throws a `usage` Failure where that tenant cannot be read
 */
export async function startEmbedded(
  settings: GraphSettings,
  runtime: Runtime,
  emit: Emit,
): Promise<Embedded> {
  const stateFile = await embeddedState(runtime, emit);
  const started = await startEmulator({
    clock: runtime.clock,
    ...(stateFile === undefined ? {} : { stateFile }),
  }).catch(async (error: unknown) => {
    if (!(error instanceof EmulatorError)) throw error;
    if (!error.unwritable) throw new Failure('usage', error.message, { hint: error.hint });
    emit({ kind: 'warning', text: `${error.message}: what is written lasts for this command only` });
    return startEmulator({ clock: runtime.clock });
  });
  const { apiVersion, cloud } = settings;
  return {
    target: { baseUrl: started.url, apiVersion, cloud, loopback: true },
    close: () => started.close(),
  };
}
