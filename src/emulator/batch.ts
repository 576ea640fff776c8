import type { EmulatorAnswer, EmulatorRequest } from './message.ts';
import { badRequest } from './problem.ts';

/** Graph takes no more items than this. */
const MAX_ITEMS = 20;

interface Item {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly dependsOn?: readonly string[];
}

/** Answers one item as if it had come by itself. */
export type AnswerItem = (request: EmulatorRequest, id: string) => Promise<EmulatorAnswer>;

/** Whether a request is a batch: `POST /{version}/$batch`. */
export function isBatch({ method, target }: EmulatorRequest): boolean {
  return method === 'POST' && /^\/(?:beta|v1\.0)\/(?:\$|%24)batch$/i.test(target.split('?')[0] ?? '');
}

/**
 * Answers a batch: each item by itself, all at once, except that an item waits for those it depends on and fails with
 * 424 where one of them failed. The answers come in the order in which they are ready.
 * @throws a Problem where the envelope is wrong
 */
export async function answerBatch(request: EmulatorRequest, answerItem: AnswerItem): Promise<EmulatorAnswer> {
  const items = readItems(request.body ?? '');
  const version = request.target.split('/')[1] ?? 'beta';
  const done = new Map<string, Promise<number>>();
  const responses: unknown[] = [];
  for (const item of items) {
    const run = async (): Promise<number> => {
      const needed = await Promise.all((item.dependsOn ?? []).map((id) => done.get(id) ?? 424));
      const answer = needed.some((status) => status >= 400)
        ? {
            status: 424,
            headers: {},
            body: { error: { code: 'FailedDependency', message: 'A request this one depends on failed.' } },
          }
        : await answerItem(requestOf(item, request, version), item.id);
      responses.push({ id: item.id, status: answer.status, headers: answer.headers, body: answer.body });
      return answer.status;
    };
    done.set(item.id, run());
  }
  await Promise.all(done.values());
  return { status: 200, headers: {}, body: { responses } };
}

function readItems(body: string): readonly Item[] {
  let items: unknown;
  try {
    items = (JSON.parse(body) as { requests?: unknown }).requests;
  } catch {
    throw badRequest('Unable to read JSON request payload.');
  }
  if (!Array.isArray(items) || items.length === 0) throw badRequest('The batch has no requests.');
  if (items.length > MAX_ITEMS)
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${MAX_ITEMS}.`);
  const ids = new Set<string>();
  for (const { id, method, url, body: content, headers } of items as Item[]) {
    if (typeof id !== 'string' || id === '' || ids.has(id))
      throw badRequest('Each request of a batch needs a unique id.');
    if (typeof method !== 'string' || typeof url !== 'string')
      throw badRequest(`Request '${id}' has no method or no url.`);
    const typed = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'content-type');
    if (content !== undefined && !typed) throw badRequest(`Request '${id}' has a body and no Content-Type.`);
    ids.add(id);
  }
  return items as Item[];
}

/** An item goes on as the caller of the envelope; its URL is relative to the version. */
function requestOf(item: Item, envelope: EmulatorRequest, version: string): EmulatorRequest {
  const own = Object.fromEntries(
    Object.entries(item.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method: item.method.toUpperCase(),
    target: `/${version}${item.url.startsWith('/') ? '' : '/'}${item.url}`,
    headers: { authorization: envelope.headers.authorization, ...own },
    body: item.body === undefined ? undefined : JSON.stringify(item.body),
    origin: envelope.origin,
  };
}
