/** Names that Windows keeps for devices in every folder, with any ending. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/i;

/**
 * Whether Windows takes a path for a device, such as `NUL` or `logs\con.txt`. Node opens a file of that name instead,
 * which Windows' own programs cannot remove afterwards.
 * Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
export function isDeviceName(path: string, platform: NodeJS.Platform = process.platform): boolean {
  if (platform !== 'win32') return false;
  const name = path.split(/[\\/:]/).at(-1) ?? '';
  return RESERVED.test(name.trimEnd());
}
