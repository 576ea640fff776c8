import { isTooDeep } from '../text/json-depth.ts';
import type { Incoming } from './transport.ts';

/** The title is searched in this many characters only, to limit the time for a hostile page. */
const HEAD_OF_PAGE = 4_096;

/** Maximum length of a title in characters. */
const MOST_TITLE = 120;

/**
 * Whether a proxy or gateway answered instead of Graph, which answers in JSON with a request id. 407 is only from a proxy.
 */
export function isFromGateway(incoming: Incoming): boolean {
  if (incoming.status === 407) return true;
  return isPage(incoming) && !incoming.headers['request-id'] && !isJson(incoming.text);
}

/** The beginning of a body that is not from Graph. */
export function bodyInWords(incoming: Incoming): string {
  if (incoming.text.trim() === '') return 'an empty body';
  if (isHtml(incoming)) return `an HTML page${titleOf(incoming.text)}`;
  const what = isJson(incoming.text) ? 'JSON that is not Graph’s' : 'a body that is not JSON';
  return `${what}: ${JSON.stringify(incoming.text.slice(0, 80))}`;
}

/** Something for people: markup, or a text that says it is one. JSON that broke off is neither. */
function isPage(incoming: Incoming): boolean {
  const isText = /^text\/(?!json)/i.test(incoming.headers['content-type'] ?? '');
  return (
    incoming.text.trim() !== '' && (isText || isHtml(incoming) || incoming.text.trimStart().startsWith('<'))
  );
}

/** A comment or a declaration of XML may stand first. */
function isHtml({ headers, text }: Incoming): boolean {
  if ((headers['content-type'] ?? '').includes('html')) return true;
  const start = text.slice(0, HEAD_OF_PAGE).trimStart();
  return start.startsWith('<') && /<(?:!doctype\s+html|html)\b/i.test(start);
}

function isJson(text: string): boolean {
  if (isTooDeep(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The title in one line; what is written as an entity in most titles is read. */
function titleOf(html: string): string {
  const title = /<title[^<>]*>([^<]+)/i.exec(html.slice(0, HEAD_OF_PAGE))?.[1] ?? '';
  const text = title.replaceAll(
    /&(amp|lt|gt|quot|apos|nbsp|#39);/g,
    (_, name: string) => ENTITIES[name] ?? '',
  );
  const line = text.replaceAll(/\s+/g, ' ').trim().slice(0, MOST_TITLE).trim();
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
