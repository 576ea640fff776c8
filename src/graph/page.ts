import { isTooDeep } from '../text/json-depth.ts';
import { parseJson } from '../text/parse-json.ts';
import type { Incoming } from './transport.ts';

/** The title is searched in this many characters only, to limit the time for a hostile page. */
const HEAD_OF_PAGE = 4_096;

/** Maximum length of a title in characters. */
const MAX_TITLE = 120;

/**
 * Whether a proxy or gateway answered instead of Graph, which answers in JSON with a request id. Only proxies answer 407.
 */
export function isFromGateway(incoming: Incoming): boolean {
  if (incoming.status === 407) return true;
  return isPage(incoming) && !incoming.headers['request-id'] && !isJson(incoming.text);
}

/** A short description of a body that is not from Graph. */
export function describeBody(incoming: Incoming): string {
  if (incoming.text.trim() === '') return 'an empty body';
  if (isHtml(incoming)) return `an HTML page${titleOf(incoming.text)}`;
  const what = isJson(incoming.text) ? 'unexpected JSON' : 'a body that is not JSON';
  return `${what}: ${JSON.stringify(incoming.text.slice(0, 80))}`;
}

/** Whether a body is a page for people: markup, or text by its content type. Truncated JSON is not. */
function isPage(incoming: Incoming): boolean {
  const isText = /^text\/(?!json)/i.test(incoming.headers['content-type'] ?? '');
  return (
    incoming.text.trim() !== '' && (isText || isHtml(incoming) || incoming.text.trimStart().startsWith('<'))
  );
}

/** Whether a body is HTML, possibly after a comment or an XML declaration. */
function isHtml({ headers, text }: Incoming): boolean {
  if ((headers['content-type'] ?? '').includes('html')) return true;
  const start = text.slice(0, HEAD_OF_PAGE).trimStart();
  return start.startsWith('<') && /<(?:!doctype\s+html|html)\b/i.test(start);
}

function isJson(text: string): boolean {
  return !isTooDeep(text) && parseJson(text) !== undefined;
}

/** The title on one line, with common entities decoded. */
function titleOf(html: string): string {
  const title = /<title[^<>]*>([^<]+)/i.exec(html.slice(0, HEAD_OF_PAGE))?.[1] ?? '';
  const text = title.replaceAll(
    /&(amp|lt|gt|quot|apos|nbsp|#39);/g,
    (_, name: string) => ENTITIES[name] ?? '',
  );
  const line = text.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_TITLE).trim();
  return line === '' ? '' : ` (${line})`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
  nbsp: ' ',
};
