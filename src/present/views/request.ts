import type { Block } from '../../outcome/result.ts';
import { cleanJson } from '../../text/clean.ts';

/** A request of `--dry-run`, which is not sent. */
export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The request as text, and an equivalent `curl` line that is safe to paste into the shell of the platform. */
export function requestView(request: Request, platform: NodeJS.Platform): Block[] {
  const { method, url, headers, body } = request;
  const head = [`${method} ${url}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  const text = body === null ? head : [...head, '', jsonText(body, 2)];
  return [
    { kind: 'verbatim', text: text.join('\n') },
    { kind: 'verbatim', text: platform === 'win32' ? powershellLine(request) : posixLine(request) },
  ];
}

/** The `curl` line for POSIX shells. The shell expands the token from the environment; the text never contains it. */
function posixLine(request: Request): string {
  const { body } = request;
  // --data-raw, since --data would read a file if the text starts with @.
  const data = body === null ? [] : ['--data-raw', posixQuoted(jsonText(body, 0))];
  return ['curl', ...argumentsOf(request, '$GRAPH_TOKEN', posixQuoted, data)].join(' ');
}

/**
 * The `curl` line for PowerShell. Before version 6, `curl` is an alias of another command, so it is `curl.exe`. The body is
 * piped, since up to version 7.2 an argument loses its double quotes; in ASCII, since pipes of version 5 encode as ASCII.
 */
function powershellLine(request: Request): string {
  const { body } = request;
  const command = (data: readonly string[]): string =>
    ['curl.exe', ...argumentsOf(request, '$env:GRAPH_TOKEN', powershellQuoted, data)].join(' ');
  if (body === null) return command([]);
  return `${powershellQuoted(asciiJson(jsonText(body, 0)))} | ${command(['--data-binary', "'@-'"])}`;
}

/** With --globoff, curl does not expand braces and brackets in the URL. */
function argumentsOf(
  { method, url, headers }: Request,
  token: string,
  quote: (text: string) => string,
  data: readonly string[],
): readonly string[] {
  const given = Object.entries(headers).map(([name, value]) =>
    name.toLowerCase() === 'authorization'
      ? `-H "Authorization: Bearer ${token}"`
      : `-H ${quote(`${name}: ${value}`)}`,
  );
  return ['--globoff', '-X', method, ...given, ...data, quote(url)];
}

/** Control characters are escaped as in JSON, so that the value is the same when the text is pasted. */
function jsonText(body: unknown, indent: number): string {
  return cleanJson(JSON.stringify(body, null, indent));
}

function asciiJson(json: string): string {
  return json.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function posixQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** PowerShell treats typographic single quotes as quotes, so they are doubled, too. */
function powershellQuoted(text: string): string {
  return `'${text.replaceAll(/['\u2018-\u201b]/g, '$&$&')}'`;
}
