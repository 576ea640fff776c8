import { posix, win32 } from 'node:path';
import type { Runtime } from '../process/runtime.ts';

const NAME = 'graph-overview';

/**
 * The state folder: GRAPH_OVERVIEW_STATE, else the default of the platform (the XDG state folder, Application Support on
 * macOS, LocalAppData on Windows); undefined for a user without a home folder.
 */
export function stateFolder({
  env,
  platform,
  home,
}: Pick<Runtime, 'env' | 'platform' | 'home'>): string | undefined {
  const { join, isAbsolute } = platform === 'win32' ? win32 : posix;
  const given = env.GRAPH_OVERVIEW_STATE;
  if (given !== undefined && given !== '') return given;
  if (platform === 'win32') {
    const local = env.LOCALAPPDATA ?? (home === undefined ? undefined : join(home, 'AppData', 'Local'));
    return local === undefined ? undefined : join(local, NAME, 'State');
  }
  if (platform === 'darwin') {
    return home === undefined ? undefined : join(home, 'Library', 'Application Support', NAME);
  }
  // XDG specification: a relative path in the variable is invalid and must be ignored.
  const xdg = env.XDG_STATE_HOME;
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, NAME);
  return home === undefined ? undefined : join(home, '.local', 'state', NAME);
}
