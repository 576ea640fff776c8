/** A path for a message: in quotes, with line breaks escaped and the backslashes of Windows not doubled. */
export function quotedPath(path: string): string {
  return JSON.stringify(path).replaceAll('\\\\', '\\');
}
