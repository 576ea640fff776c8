import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 ** Follows every redirect, as a browser does: from the authority to the client's loopback server. The root
 ** certificate is in the environment, which the browser inherits from the program that opens it. The client can
 ** close its server before its last page is read. A browser that fails is opened again, so this one never fails.
 */
const FOLLOW = `
await fetch(process.argv[2], { redirect: 'follow' }).then((answer) => answer.text()).catch(() => undefined);
`;

/**
 ** Installs a browser without a screen, and returns the environment with which a program finds it.
 ** On Linux, @azure/identity opens the browser with the script `xdg-open` of the package `open` (not the one
 ** on PATH); for a generic desktop without a display that script runs BROWSER. So DISPLAY and WAYLAND_DISPLAY
 ** must not be set.
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
