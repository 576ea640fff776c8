import type { Event } from '../../src/events.ts';
import { type ClientOptions, GraphClient } from '../../src/graph/client.ts';
import { endpointTarget } from '../../src/graph/target.ts';
import type { Runtime } from '../../src/runtime.ts';
import { type Answer, echo, type RecordingServer, startRecordingServer } from '../recording-server.ts';

/** When every test begins, in milliseconds since the epoch: 2026-01-02T03:04:05Z. */
export const START = Date.UTC(2026, 0, 2, 3, 4, 5);

export interface LoopbackGraph {
  readonly client: GraphClient;
  readonly server: RecordingServer;
  /** What the client reported, in order. */
  readonly events: Event[];
  /** What it would have waited for, in milliseconds. */
  readonly sleeps: number[];
  /** Lets time pass. */
  pass(milliseconds: number): void;
}

type LoopbackOptions = Partial<Omit<ClientOptions, 'runtime'>> & Partial<Pick<Runtime, 'signal' | 'random'>>;

const open: LoopbackGraph[] = [];

/** A client and the server it talks to; time passes by sleeping alone, and waits have no jitter. */
export async function startGraph(
  answer: Answer = echo,
  options: LoopbackOptions = {},
): Promise<LoopbackGraph> {
  const server = await startRecordingServer(answer);
  const events: Event[] = [];
  const sleeps: number[] = [];
  let now = START;
  let requests = 0;
  const { signal = new AbortController().signal, random = () => 0, ...rest } = options;
  const client = new GraphClient({
    target: endpointTarget(`${server.url}/graph`, { cloud: 'global', apiVersion: 'beta', trusted: false }),
    token: async () => 'the-token',
    timeout: 30_000,
    retries: 0,
    userAgent: 'graph-overview/test',
    proxy: undefined,
    report: (event) => events.push(event),
    blank: (text) => text,
    runtime: {
      clock: {
        now: () => now,
        async sleep(milliseconds, signal) {
          signal?.throwIfAborted();
          sleeps.push(milliseconds);
          now += milliseconds;
        },
      },
      random,
      uuid: () => {
        requests += 1;
        return `request-${requests}`;
      },
      signal,
    },
    ...rest,
  });
  const graph = { client, server, events, sleeps, pass: (milliseconds: number) => (now += milliseconds) };
  open.push(graph);
  return graph;
}

/** Closes all that `startGraph` started. */
export async function closeGraphs(): Promise<void> {
  for (const { client, server } of open.splice(0)) {
    await client.close();
    await server.close();
  }
}

/** One answer; what is no text is written as JSON. */
export function answering(status: number, body: unknown = '', headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** Each answer once, the last for ever. */
export function inTurn(...answers: readonly Answer[]): Answer {
  const left = [...answers];
  return (request, response) => {
    const answer = left.length > 1 ? left.shift() : left[0];
    answer?.(request, response);
  };
}

export const cut: Answer = (_, response) => response.socket?.destroy();

/** The failure that `step` ends with. */
export async function failureOf(step: Promise<unknown>): Promise<unknown> {
  return step.then(
    (value) => {
      throw new Error(`it did not fail, but came to ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
