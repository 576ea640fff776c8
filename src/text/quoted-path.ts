/** The name of a file as a message shows it: in quotes, line breaks escaped, the backslashes of Windows as they are typed. */
export function quotedPath(path: string): string {
  return JSON.stringify(path).replaceAll('\\\\', '\\');
}
