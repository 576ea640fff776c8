import { Failure, type FailureDetails } from '../outcome/errors.ts';
import { isObject } from '../text/is-object.ts';
import type { GraphClient, GraphRequest } from './client.ts';
import { isErrorBody } from './failure.ts';
import type { Incoming } from './transport.ts';

/** Maximum number of items in a batch of Graph. */
export const BATCH_SIZE = 20;

/** The result of one item of a batch. */
export type ItemAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly json: unknown;
      readonly requestId: string | undefined;
    }
  | {
      readonly ok: false;
      readonly status: number;
      /** Its details have `transient` and `retryAfter`. */
      readonly failure: Failure;
    };

interface Response {
  readonly id?: unknown;
  readonly status?: unknown;
  readonly headers?: unknown;
  readonly body?: unknown;
}

/**
 * Sends up to 20 requests in one `$batch`.
 * @returns the answers in the order of the requests
 * @throws a Failure if the batch request fails; then the result of the items is unknown
 */
export async function sendBatch(
  graph: GraphClient,
  requests: readonly GraphRequest[],
): Promise<readonly ItemAnswer[]> {
  const items = requests.map(({ method, path, body }, index) => ({
    id: String(index),
    method,
    url: path,
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body }),
  }));
  const { json, requestId, date } = await graph.sendOnce({
    method: 'POST',
    path: '/$batch',
    body: { requests: items },
  });
  const responses = (json as { responses?: unknown } | undefined)?.responses;
  if (!Array.isArray(responses))
    throw new Failure('graph', 'the service answered a batch without responses', { requestId });
  const byId = new Map<unknown, Response[]>();
  for (const response of responses.filter(isObject))
    byId.set(response.id, [...(byId.get(response.id) ?? []), response]);
  return requests.map((request, index) => {
    const [response, ...more] = byId.get(String(index)) ?? [];
    if (response === undefined) return unanswered(requestId, 'did not answer this item of the batch', true);
    if (more.some((other) => !isSameAnswer(response, other)))
      return unanswered(
        requestId,
        'answered this item of the batch more than once, in different ways',
        false,
      );
    return itemAnswer(graph, request, response, date);
  });
}

/** If two answers to one item differ, neither is used. */
function isSameAnswer(one: Response, other: Response): boolean {
  return (
    statusOf(one) === statusOf(other) &&
    JSON.stringify(one.body ?? null) === JSON.stringify(other.body ?? null)
  );
}

/** @param date the `Date` header of the batch response, used if the item has none */
function itemAnswer(
  graph: GraphClient,
  request: GraphRequest,
  response: Response,
  date: string | undefined,
): ItemAnswer {
  const status = statusOf(response);
  const headers = headersOf(response);
  const refused = isErrorBody(response.body);
  if (status === 0 && !refused)
    return unanswered(headers['request-id'], 'answered this item of the batch without a status', false);
  if (status >= 200 && status < 300 && !refused) {
    return { ok: true, status, json: response.body, requestId: headers['request-id'] };
  }
  const text = response.body === undefined ? '' : JSON.stringify(response.body);
  const incoming: Incoming = { status, headers, text };
  const failure = graph.refusalOf(request, incoming);
  const details = graph.retry.detailsOf(failure, headers, headers.date ?? date);
  // 424: it depends on a failed item, so it was not executed.
  const transient = details.transient === true || status === 424;
  return { ok: false, status, failure: failedItem(failure, { ...details, transient }) };
}

/** Names in lower case. Some services write `Retry-After` as a number; it is converted to a string. */
function headersOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries(
    Object.entries(isObject(headers) ? headers : {})
      .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
      .map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

/** Some services write the status as a string. @returns 0 if there is none */
function statusOf({ status }: Response): number {
  if (typeof status === 'number') return status;
  return typeof status === 'string' && /^\d{3}$/.test(status) ? Number(status) : 0;
}

/** @param transient whether the same item may succeed later */
function unanswered(requestId: string | undefined, how: string, transient: boolean): ItemAnswer {
  const failure = new Failure('graph', `the service ${how}`, { requestId, transient, retryAfter: undefined });
  return { ok: false, status: 0, failure };
}

function failedItem({ kind, message, details }: Failure, more: FailureDetails): Failure {
  return new Failure(kind, message, { ...details, ...more });
}
