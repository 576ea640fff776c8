import { isTooDeep } from '../text/json-depth.ts';
import type { Incoming } from './transport.ts';

/** A page has its title here, in characters; searching more of a hostile one takes for ever. */
const HEAD_OF_PAGE = 4_096;

/** A title is cut here, in characters. */
const MOST_TITLE = 120;

/** Whether a proxy or gateway answered in place of Graph, which answers in JSON and names each request. */
export function isFromGateway(incoming: Incoming): boolean {
  const page = incoming.status === 407 || (isHtml(incoming) && !incoming.headers['request-id']);
  return page && !isJson(incoming.text);
}

/** The first words of a body that is not what Graph answers. */
export function bodyInWords(incoming: Incoming): string {
  if (incoming.text.trim() === '') return 'an empty body';
  if (isHtml(incoming)) return `an HTML page${titleOf(incoming.text)}`;
  const what = isJson(incoming.text) ? 'JSON that is not Graph’s' : 'a body that is not JSON';
  return `${what}: ${JSON.stringify(incoming.text.slice(0, 80))}`;
}

function isHtml({ headers, text }: Incoming): boolean {
  return (headers['content-type'] ?? '').includes('html') || /^\s*<(?:!doctype|html)/i.test(text);
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

function titleOf(html: string): string {
  const title = /<title[^<>]*>([^<]+)/i.exec(html.slice(0, HEAD_OF_PAGE))?.[1]?.slice(0, MOST_TITLE).trim();
  return title === undefined || title === '' ? '' : ` (${title})`;
}
