/** Names that Windows reserves for devices in every folder, with any extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/i;

/**
 * Whether a path is a device on Windows, such as `NUL` or `logs\con.txt`. Node would create a file of that name, which
 * other Windows programs cannot remove.
 * Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
export function isDeviceName(path: string, platform: NodeJS.Platform = process.platform): boolean {
  if (platform !== 'win32') return false;
  const name = path.split(/[\\/:]/).at(-1) ?? '';
  return RESERVED.test(name.trimEnd());
}
