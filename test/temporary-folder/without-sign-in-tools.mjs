import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Tools on PATH that `--auth auto` runs for a token. */
const SIGN_IN_TOOLS = ['az', 'azd', 'pwsh', 'powershell'];

/**
 * A PATH without the sign-in tools of this machine: a test must not run them, and they take seconds. A
 * folder with one of them is replaced by a folder with links to all other files.
 * @param into an empty folder, for the links
 */
export function withoutSignInTools(path, into) {
  return path
    .split(delimiter)
    .map((folder, index) => {
      if (!SIGN_IN_TOOLS.some((name) => existsSync(join(folder, name)))) return folder;
      const links = join(into, String(index));
      mkdirSync(links, { recursive: true });
      for (const name of readdirSync(folder))
        if (!SIGN_IN_TOOLS.includes(name)) symlinkSync(join(folder, name), join(links, name));
      return links;
    })
    .join(delimiter);
}
