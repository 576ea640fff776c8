import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Tools that `--auth auto` asks for a token where they are on PATH. */
const SIGN_IN_TOOLS = ['az', 'azd', 'pwsh', 'powershell'];

/**
 * A PATH without the tools that this machine signs in with: a test must not ask them, and they take seconds to answer. A
 * folder that holds one is replaced by a folder of links to all others.
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
