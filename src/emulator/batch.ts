import type { EmulatorAnswer, EmulatorRequest } from './message.ts';
import { badRequest, Problem } from './problem.ts';

/** Maximum number of items, as in Graph. */
const MAX_ITEMS = 20;

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

interface Item {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body in the request; undefined if there is none, or if it is null. */
  readonly body: unknown;
  readonly dependsOn: readonly string[];
}

/** Answers one item in the same way as a single request. */
export type AnswerItem = (request: EmulatorRequest, id: string) => Promise<EmulatorAnswer>;

/** Whether a request is a batch: `POST /{version}/$batch`. */
export function isBatch({ method, target }: EmulatorRequest): boolean {
  return method === 'POST' && /^\/(?:beta|v1\.0)\/(?:\$|%24)batch\/?$/i.test(target.split('?')[0] ?? '');
}

/**
 * Answers the items of a batch concurrently. An item waits for the items of `dependsOn` and fails with 424 if one of them
 * failed. The answers are in the order in which they are ready.
 * @throws a Problem if the batch is malformed; then no item is answered
 */
export async function answerBatch(request: EmulatorRequest, answerItem: AnswerItem): Promise<EmulatorAnswer> {
  const items = readItems(request);
  const version = (request.target.split('/')[1] ?? 'beta').toLowerCase();
  const done = new Map<string, Promise<number>>();
  const responses: unknown[] = [];
  for (const item of items) {
    const run = async (): Promise<number> => {
      const needed = await Promise.all(item.dependsOn.map((id) => done.get(id.toLowerCase()) ?? 424));
      const { status, headers, body } = needed.some((one) => one >= 400)
        ? dependencyFailed()
        : await answerItem(requestOf(item, request, version), item.id);
      responses.push({ id: item.id, status, headers, body: itemBody(body) });
      return status;
    };
    done.set(item.id.toLowerCase(), run());
  }
  await Promise.all(done.values());
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'private' };
  return { status: 200, headers, body: { responses } };
}

/** A body that is not JSON is in Base64. */
function itemBody(body: unknown): unknown {
  return typeof body === 'string' ? Buffer.from(body).toString('base64') : (body ?? null);
}

function dependencyFailed(): EmulatorAnswer {
  return {
    status: 424,
    headers: { 'Content-Type': 'application/json' },
    body: { error: { code: 'FailedDependency', message: 'A request this one depends on failed.' } },
  };
}

function readItems({ headers, body = '' }: EmulatorRequest): readonly Item[] {
  const contentType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (contentType !== 'application/json') {
    throw new Problem(415, 'UnsupportedMediaType', 'The content type of a batch must be application/json.');
  }
  const requests = requestsOf(body);
  if (!Array.isArray(requests) || requests.length === 0) throw badRequest('The batch has no requests.');
  if (requests.length > MAX_ITEMS) {
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${MAX_ITEMS}.`);
  }
  const items: Item[] = [];
  for (const [index, request] of requests.entries()) items.push(readItem(request, index, items));
  return items;
}

function requestsOf(body: string): unknown {
  try {
    const envelope: unknown = JSON.parse(body);
    return isObject(envelope) ? envelope.requests : undefined;
  } catch {
    throw badRequest('Unable to read JSON request payload.');
  }
}

/** @param earlier the items before it, which are the only ones on which an item may depend */
function readItem(item: unknown, index: number, earlier: readonly Item[]): Item {
  if (!isObject(item)) throw badRequest(`Request ${index + 1} of the batch is not a JSON object.`);
  const { id, method, url } = item;
  const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
  if (typeof id !== 'string' || id === '') throw badRequest(`Request ${index + 1} of the batch has no id.`);
  if (earlier.some((one) => same(one.id, id))) throw badRequest(`The request id '${id}' is duplicate.`);
  if (typeof method !== 'string' || !METHODS.has(method.toUpperCase())) {
    throw badRequest(`Request '${id}' has no HTTP method.`);
  }
  if (typeof url !== 'string' || url === '') throw badRequest(`Request '${id}' has no url.`);
  const headers = readHeaders(item.headers ?? {}, id);
  const body = item.body ?? undefined;
  const write = WITH_BODY.has(method.toUpperCase());
  if (write && (body === undefined || headers['content-type'] === undefined)) {
    throw badRequest(`Write request id : ${id} does not contain Content-Type header or body.`);
  }
  if (!write && body !== undefined)
    throw badRequest(`Request '${id}' is a ${method} and must not have a body.`);
  const dependsOn = readDependencies(item.dependsOn ?? [], id);
  const unknown = dependsOn.find((needed) => !earlier.some((one) => same(one.id, needed)));
  if (unknown !== undefined) {
    throw badRequest(`Request '${id}' depends on '${unknown}', which is not a request before it.`);
  }
  return { id, method: method.toUpperCase(), url, headers, body, dependsOn };
}

function readHeaders(headers: unknown, id: string): Record<string, string> {
  if (!isObject(headers)) throw badRequest(`The headers of request '${id}' are not a JSON object.`);
  const entries = Object.entries(headers).map(([name, value]) => {
    if (typeof value === 'string') return [name.toLowerCase(), value];
    throw badRequest(`The header '${name}' of request '${id}' is not a string.`);
  });
  return Object.fromEntries(entries);
}

function readDependencies(dependsOn: unknown, id: string): readonly string[] {
  if (Array.isArray(dependsOn) && dependsOn.every((one) => typeof one === 'string')) return dependsOn;
  throw badRequest(`dependsOn of request '${id}' is not a list of strings.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An item has the token of the batch request; its URL is relative to the version. */
function requestOf(item: Item, envelope: EmulatorRequest, version: string): EmulatorRequest {
  return {
    method: item.method,
    target: `/${version}${item.url.startsWith('/') ? '' : '/'}${item.url}`,
    headers: { authorization: envelope.headers.authorization, ...item.headers },
    body: item.body === undefined ? undefined : JSON.stringify(item.body),
    origin: envelope.origin,
  };
}
