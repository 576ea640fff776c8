import type { Block } from '../../outcome/result.ts';
import { cleanJson } from '../../text/clean.ts';

/** A request that was not sent. */
export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The request as text, and a `curl` line that does the same and is safe to paste into a POSIX shell. */
export function requestView({ method, url, headers, body }: Request): Block[] {
  const head = [`${method} ${url}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  const text = body === null ? head : [...head, '', jsonText(body, 2)];
  return [
    { kind: 'verbatim', text: text.join('\n') },
    { kind: 'verbatim', text: curlLine({ method, url, headers, body }) },
  ];
}

/** The equivalent `curl` command; the token comes from the environment when it runs, and is never in the text. */
function curlLine({ method, url, headers, body }: Request): string {
  const given = Object.entries(headers).map(([name, value]) =>
    name.toLowerCase() === 'authorization'
      ? '-H "Authorization: Bearer $GRAPH_TOKEN"'
      : `-H ${quote(`${name}: ${value}`)}`,
  );
  // --data-raw, since --data would read a file where the text starts with @. --globoff: braces and brackets are text.
  const data = body === null ? [] : [`--data-raw ${quote(jsonText(body, 0))}`];
  return ['curl --globoff', `-X ${method}`, ...given, ...data, quote(url)].join(' ');
}

/** Escaped as JSON escapes: what a terminal must not see stays the same value when the text is pasted. */
function jsonText(body: unknown, indent: number): string {
  return cleanJson(JSON.stringify(body, null, indent));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
