import { afterEach, describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import { execute } from '../../src/runs/execute.ts';
import type { RowRecord } from '../../src/runs/row-record.ts';
import { readByBatches } from '../../src/service/read-many.ts';
import { itemsOf, placeOf, problem, type Received, type Reply } from '../support/answers.ts';
import { closeGraphs, type FakeGraph, START, startGraph } from '../support/fake-graph.ts';
import { rowOf } from '../support/stored-overviews.ts';
import { journalInto } from './rows.ts';

/**
 * The waits and events of a request, of a batch and of a run after these first answers. The clock of the service is that of the
 * test, the random number is 0.5, and five retries are allowed. Every number here was calculated by hand.
 */
const SECOND = 1_000;

type Reaction = Reply | 'cut';

interface Outcome {
  /** The waits between attempts, in milliseconds. */
  readonly waits: readonly number[];
  /** The retry events: the reason, and the number of the attempt. */
  readonly reported: readonly (readonly [string, number | undefined])[];
  /** The message of the failure, if there is one. */
  readonly message?: string;
}

const senders: Record<string, (first: readonly Reaction[], retries: number) => Promise<Outcome>> = {
  async request(first, retries) {
    const graph = await graphThat(first, retries);
    const sent = graph.client.send({ method: 'GET', path: '/things/1' });
    return outcomeOf(graph, await sent.catch((error: unknown) => error));
  },
  async batch(first, retries) {
    const graph = await graphThat(first, retries);
    let read: unknown;
    await readByBatches([placeOf('a'), placeOf('b')], graph, (index, found) => {
      if (index === 0) read = found;
    });
    return outcomeOf(graph, read);
  },
  async run(first, retries) {
    const graph = await graphThat(first, retries);
    let record: RowRecord | undefined;
    const row = rowOf(2, 'a', { pendingCount: 4 });
    await execute([{ index: 0, write: { row, before: null }, again: false }], {
      ...graph,
      retry: graph.client.retry,
      journal: journalInto([]),
      stop: graph.signal,
      verify: false,
      read: false,
      force: false,
      onResult: (_, result) => {
        record = result;
      },
    });
    const error = record?.error;
    return outcomeOf(graph, error ? new Failure('graph', error.message) : undefined);
  },
};

function graphThat(first: readonly Reaction[], retries: number): Promise<FakeGraph> {
  const left = [...first];
  const answer = (asked: Received): Reaction => {
    const bad = left.shift();
    if (bad !== undefined) return bad;
    if (asked.path !== '/$batch') return { body: { pendingCount: 4 } };
    return {
      body: { responses: itemsOf(asked).map(({ id }) => ({ id, status: 200, body: { pendingCount: 4 } })) },
    };
  };
  return startGraph(answer, { retries, random: () => 0.5 });
}

function outcomeOf({ sleeps, events }: FakeGraph, result: unknown): Outcome {
  const reported = events.flatMap((event) =>
    event.kind === 'retry' ? [[event.reason.replace(/^.*: /, ''), event.attempt] as const] : [],
  );
  return { waits: sleeps, reported, ...(result instanceof Failure ? { message: result.message } : {}) };
}

afterEach(closeGraphs);

const busy = (status: number, retryAfter?: string, date?: string): Reply =>
  problem(status, 'E', 'no', {
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    ...(date === undefined ? {} : { date }),
  });

const AT_10 = new Date(START + 10 * SECOND).toUTCString();
const HOUR_AHEAD = new Date(START + 3_600 * SECOND).toUTCString();
const HOUR_AHEAD_AND_10 = new Date(START + 3_610 * SECOND).toUTCString();

/** A request and a run add a twentieth to the requested wait; a wait of the rate limiter is as long as requested. */
describe.each<[string, Reply, { request: number; batch: number; run: number }]>([
  ['429, 7', busy(429, '7'), { request: 7_350, batch: 7_000, run: 7_000 }],
  ['429, 2.128', busy(429, '2.128'), { request: 2_234, batch: 2_128, run: 2_128 }],
  ['429, 0.249', busy(429, '0.249'), { request: 261, batch: 249, run: 249 }],
  ['429, a date', busy(429, AT_10), { request: 10_500, batch: 10_000, run: 10_000 }],
  [
    '429, a date of a clock that is an hour ahead',
    busy(429, HOUR_AHEAD_AND_10, HOUR_AHEAD),
    {
      request: 10_500,
      batch: 10_000,
      run: 10_000,
    },
  ],
  ['429, an invalid value', busy(429, 'soon'), { request: 750, batch: 750, run: 750 }],
  ['429, no header', busy(429), { request: 750, batch: 750, run: 750 }],
  ['503, 7', busy(503, '7'), { request: 7_350, batch: 7_000, run: 7_350 }],
  ['503, no header', busy(503), { request: 750, batch: 750, run: 750 }],
  ['502, no header', busy(502), { request: 750, batch: 750, run: 750 }],
  ['504, no header', busy(504), { request: 750, batch: 750, run: 750 }],
])('after %s', (_, reply, waits) => {
  test.each(['request', 'batch', 'run'] as const)('a %s waits once, with one event', async (sender) => {
    const outcome = await senders[sender]?.([reply], 5);
    const uncounted = sender === 'run' && reply.status === 429;
    expect(outcome).toEqual({
      waits: [waits[sender]],
      reported: [[String(reply.status), uncounted ? undefined : 2]],
    });
  });

  test.each(['request', 'batch', 'run'] as const)('a %s is not retried with 0 retries', async (sender) => {
    const words = reply.status === 429 ? 'Graph is throttling: no' : 'Graph is unavailable: no';
    expect(await senders[sender]?.([reply], 0)).toEqual({ waits: [], reported: [], message: words });
  });
});

describe.each(['0', '-1', new Date(START - SECOND).toUTCString()])(
  'after 503 with Retry-After %s',
  (value) => {
    test.each(['request', 'batch', 'run'] as const)('a %s is retried at once', async (sender) => {
      const outcome = await senders[sender]?.([busy(503, value)], 5);
      expect([outcome?.waits.filter((wait) => wait > 1), outcome?.reported]).toEqual([[], [['503', 2]]]);
    });
  },
);

describe.each([400, 408, 500])('after %i', (status) => {
  test.each(['request', 'run'] as const)('a %s is not retried', async (sender) => {
    const outcome = await senders[sender]?.([busy(status)], 5);
    expect(outcome).toEqual({ waits: [], reported: [], message: 'Graph refused: no' });
  });
});

describe('after a closed connection', () => {
  test.each(['request', 'batch', 'run'] as const)('a %s waits briefly, longer each time', async (sender) => {
    const outcome = await senders[sender]?.(['cut', 'cut', 'cut'], 5);
    const reason = 'the connection was cut';
    expect(outcome).toEqual({
      waits: [188, 375, 750],
      reported: [2, 3, 4].map((attempt) => [reason, sender === 'run' ? undefined : attempt]),
    });
  });
});

describe('after a Retry-After of 12 min', () => {
  test.each([
    ['request', 429],
    ['request', 503],
    ['batch', 429],
    ['batch', 503],
    ['run', 429],
    ['run', 503],
  ] as const)('a %s does not wait, and reports it (%i)', async (sender, status) => {
    const words = status === 429 ? 'Graph is throttling: no' : 'Graph is unavailable: no';
    expect(await senders[sender]?.([busy(status, '720')], 5)).toEqual({
      waits: [],
      reported: [],
      message: `${words}; the service asks to wait 12 min`,
    });
  });
});

test.each(['request', 'batch', 'run'] as const)('a %s is sent at most six times', async (sender) => {
  const outcome = await senders[sender]?.(
    Array.from({ length: 6 }, () => busy(503)),
    5,
  );
  expect(outcome).toEqual({
    waits: [750, 1_500, 3_000, 6_000, 12_000],
    reported: [2, 3, 4, 5, 6].map((attempt) => ['503', attempt]),
    message: 'Graph is unavailable: no (given up after 6 attempts)',
  });
});
