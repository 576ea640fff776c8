import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Follows every redirect, as a browser does: from the authority to the client's own loopback server. The root
 * certificate comes with the environment, which the browser inherits from the program that opens it. The client may
 * close its server before its last page is read; a browser that fails is opened a second time, so this one never does.
 */
const FOLLOW = `
await fetch(process.argv[2], { redirect: 'follow' }).then((answer) => answer.text()).catch(() => undefined);
`;

/**
 * Installs a browser that needs no screen, and returns the environment a program finds it by.
 * On Linux, @azure/identity opens the browser with the script `xdg-open` that the package `open` carries (not the one
 * on PATH); for a generic desktop without a display that script runs what BROWSER names. So DISPLAY and WAYLAND_DISPLAY
 * may not be in the environment.
 */
export function installBrowser(folder: string): Record<string, string> {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'follow.mjs');
  writeFileSync(program, FOLLOW);
  const script = join(folder, 'browser');
  writeFileSync(script, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$1"\n`);
  chmodSync(script, 0o755);
  return { BROWSER: script, XDG_CURRENT_DESKTOP: 'X-Generic' };
}
