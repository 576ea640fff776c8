import type { ServerResponse } from 'node:http';
import { isNamed } from './answers.ts';
import { type RecordingServer, startRecordingServer } from './recording-server.ts';

/** The answer to one read: the counts of an overview, an error status, or a closed connection. */
export type Read = Readonly<Record<string, unknown>> | number | 'cut';

/**
 * A server whose overviews change with each read: the answers for each configuration are from its list, whose last one
 * repeats. Batches are answered item by item.
 */
export function startChangingServer(
  reads: Readonly<Record<string, readonly [Read, ...Read[]]>>,
): Promise<RecordingServer> {
  const count = new Map<string, number>();
  const next = (path: string): Read => {
    const id = decodeURIComponent(/deviceConfigurations\/([^/?]+)/.exec(path)?.[1] ?? '');
    const list = reads[id];
    if (list === undefined) return 404;
    const nth = count.get(id) ?? 0;
    const read = list[Math.min(nth, list.length - 1)] ?? 404;
    // A read that fails because of $expand is repeated without it: both are one read.
    const again = isNamed(path) && typeof read === 'number' && UNEXPANDED.includes(read);
    if (!again) count.set(id, nth + 1);
    return read;
  };
  return startRecordingServer(({ path, body }, response) => {
    if (!path.endsWith('/$batch')) return answer(response, next(path), isNamed(path));
    const { requests } = JSON.parse(body) as { requests: { id: string; url: string }[] };
    const responses = requests.map(({ id, url }) => {
      const read = next(url);
      return { id, status: statusOf(read), body: bodyOf(read, isNamed(url)) };
    });
    return answer(response, { responses }, false);
  });
}

/** Statuses after which the program reads without $expand. */
const UNEXPANDED = [400, 405, 500, 501, 504];

function answer(response: ServerResponse, read: Read, named: boolean): void {
  if (read === 'cut') {
    response.socket?.destroy();
    return;
  }
  response.writeHead(statusOf(read), { 'content-type': 'application/json' });
  response.end(JSON.stringify(bodyOf(read, named)));
}

function statusOf(read: Read): number {
  return typeof read === 'number' ? read : 200;
}

function bodyOf(read: Read, named: boolean): unknown {
  if (typeof read === 'number') return { error: { code: `E${read}`, message: `status ${read}` } };
  return named ? { deviceStatusOverview: read } : read;
}
