import { afterEach } from '@jest/globals';
import type { Event } from '../src/events.ts';
import { GraphClient } from '../src/graph/client.ts';
import { Pace } from '../src/graph/pace.ts';
import type { Clock } from '../src/runtime.ts';
import type { ReadManyOptions } from '../src/service/read-many.ts';
import { type Answer, type RecordingServer, startRecordingServer } from './recording-server.ts';

/** A client, and the service it talks to, on a clock that moves when someone sleeps. */
export interface GraphOnLoopback {
  readonly graph: GraphClient;
  readonly server: RecordingServer;
  /** What reading many overviews takes. */
  readonly options: ReadManyOptions;
  readonly sleeps: readonly number[];
  readonly events: readonly Event[];
}

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** When the clock starts, in milliseconds since the epoch. */
export const START = Date.UTC(2026, 0, 2);

export interface Settings {
  /** Tries after the first. */
  readonly retries?: number;
  readonly signal?: AbortSignal;
}

/** A service on loopback that answers as told, and a client for it; both are closed when the test ends. */
export async function graphOn(
  answer: Answer,
  { retries = 0, signal = new AbortController().signal }: Settings = {},
): Promise<GraphOnLoopback> {
  const server = await startRecordingServer(answer);
  const { clock, sleeps } = clockOf();
  const events: Event[] = [];
  const graph = new GraphClient({
    target: { baseUrl: server.url, apiVersion: 'beta', cloud: 'global', loopback: true },
    token: async () => 'token',
    timeout: 10_000,
    retries,
    userAgent: 'test',
    proxy: undefined,
    report: (event) => events.push(event),
    runtime: { clock, random: () => 0.5, uuid: () => '00000000-0000-4000-8000-000000000000', signal },
  });
  open.push(graph, server);
  const pace = new Pace({ writes: 1_000, requests: 10_000, window: 20_000 }, clock, () => 0.5);
  return { graph, server, options: { graph, pace, clock, signal }, sleeps, events };
}

function clockOf(): { readonly clock: Clock; readonly sleeps: number[] } {
  const sleeps: number[] = [];
  let now = START;
  const clock: Clock = {
    now: () => now,
    async sleep(milliseconds) {
      sleeps.push(milliseconds);
      now += milliseconds;
      // What is on its way gets a turn.
      await new Promise(setImmediate);
    },
  };
  return { clock, sleeps };
}

/** An answer: a status, a body as JSON (text as it is, undefined for none), and headers. */
export type Said = readonly [status: number, body?: unknown, headers?: Readonly<Record<string, string>>];

/** A service that finds its answer by method and path below the API version; what it does not know is a 404. */
export function byPath(answerOf: (path: string, body: unknown, method: string) => Said | undefined): Answer {
  return ({ method, path, body }, response) => {
    const found = answerOf(path.replace('/beta', ''), body === '' ? undefined : JSON.parse(body), method);
    const [status, said, headers] = found ?? [404, { error: { code: 'NotFound', message: 'nothing there' } }];
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof said === 'string' || said === undefined ? said : JSON.stringify(said));
  };
}

/** One item of a batch, as it arrives. */
export interface BatchItem {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
}

/** The answer to a batch whose items are answered one by one. */
export function batchOf(body: unknown, answerOf: (item: BatchItem) => Said): Said {
  const { requests } = body as { requests: readonly BatchItem[] };
  const responses = requests.map((item) => {
    const [status, said, headers] = answerOf(item);
    return { id: item.id, status, headers, body: said };
  });
  return [200, { responses }];
}
