import { readFile, stat } from 'node:fs/promises';

/**
 * The bytes of a file or a pipe.
 * @throws the system's error; its code is `a device` for a device, since one such as /dev/zero has no end
 */
export async function readWholeFile(path: string): Promise<Buffer> {
  const found = await stat(path);
  if (found.isCharacterDevice() || found.isBlockDevice())
    throw Object.assign(new Error('a device'), { code: 'a device' });
  return readFile(path);
}
