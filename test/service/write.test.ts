import { describe, expect, test } from '@jest/globals';
import type { Place } from '../../src/service/overviews.ts';
import { type WriteOptions, writeOverview } from '../../src/service/write.ts';
import { byPath, graphOn, type Said } from '../graph-on-loopback.ts';

const PLACE: Place = {
  configurationId: 'a b',
  route: { via: 'direct', segments: [], certificateId: undefined, uncast: false },
};
const PATH = '/beta/deviceManagement/deviceConfigurations/a%20b/deviceStatusOverview';
const PLAIN: WriteOptions = { readBefore: false, ifChanged: false, verify: false };

/** A service whose reads are answered from a list, its last one staying, and whose write is answered as said. */
async function serviceOf(reads: readonly Said[], write: Said = [200, { pendingCount: 5 }]) {
  let nth = 0;
  return graphOn(
    byPath((_path, _body, method) => {
      if (method === 'PATCH') return write;
      nth += 1;
      return reads[Math.min(nth, reads.length) - 1];
    }),
  );
}

/** Methods in the order in which they came. */
async function methodsOf(on: Awaited<ReturnType<typeof serviceOf>>): Promise<string[]> {
  return on.server.requests.map(({ method }) => method);
}

describe('writing one overview', () => {
  test('sends one PATCH, and believes an answer that holds all that was sent', async () => {
    const on = await serviceOf([], [200, { pendingCount: 5, failedCount: 1 }, { 'request-id': 'r-1' }]);
    expect(await writeOverview(on.graph, PLACE, { pendingCount: 5 }, PLAIN)).toEqual({
      status: 'written',
      before: undefined,
      after: { pendingCount: 5, failedCount: 1 },
      mismatches: [],
      attempts: 1,
      requestId: 'r-1',
    });
    expect(on.server.requests).toMatchObject([
      {
        method: 'PATCH',
        path: PATH,
        body: '{"@odata.type":"#microsoft.graph.deviceConfigurationDeviceOverview","pendingCount":5}',
      },
    ]);
  });

  test('reads first where it should know what was there', async () => {
    const on = await serviceOf([[200, { pendingCount: 3 }]]);
    const heard: unknown[] = [];
    const outcome = await writeOverview(
      on.graph,
      PLACE,
      { pendingCount: 5 },
      { ...PLAIN, readBefore: true, beforeSending: async (before) => void heard.push(before) },
    );
    expect(outcome).toMatchObject({ status: 'written', before: { pendingCount: 3 }, attempts: 1 });
    expect(heard).toEqual([{ pendingCount: 3 }]);
    expect(await methodsOf(on)).toEqual(['GET', 'PATCH']);
  });

  test('what has to be waited for before sending keeps it from being sent', async () => {
    const on = await serviceOf([]);
    const beforeSending = () => Promise.reject(new Error('the disk is full'));
    await expect(
      writeOverview(on.graph, PLACE, { pendingCount: 5 }, { ...PLAIN, beforeSending }),
    ).rejects.toThrow('the disk is full');
    expect(on.server.requests).toEqual([]);
  });

  test.each([
    ['reads even if it need not know', false],
    ['reads once if it should know as well', true],
  ])('sends nothing where every value is there, and %s', async (_, readBefore) => {
    const on = await serviceOf([[200, { pendingCount: 5, failedCount: 2 }]]);
    const options = { ...PLAIN, readBefore, ifChanged: true };
    expect(await writeOverview(on.graph, PLACE, { pendingCount: 5 }, options)).toEqual({
      status: 'unchanged',
      before: { pendingCount: 5, failedCount: 2 },
      after: { pendingCount: 5, failedCount: 2 },
      mismatches: [],
      attempts: 0,
    });
    expect(await methodsOf(on)).toEqual(['GET']);
  });

  test('writes what is there already where nobody asked for less', async () => {
    const on = await serviceOf([[200, { pendingCount: 5 }]]);
    const outcome = await writeOverview(on.graph, PLACE, { pendingCount: 5 }, { ...PLAIN, readBefore: true });
    expect(outcome.status).toBe('written');
    expect(await methodsOf(on)).toEqual(['GET', 'PATCH']);
  });

  test('writes where one of the values differs', async () => {
    const on = await serviceOf([[200, { pendingCount: 4 }]]);
    const outcome = await writeOverview(on.graph, PLACE, { pendingCount: 5 }, { ...PLAIN, ifChanged: true });
    expect(outcome).toMatchObject({ status: 'written', before: { pendingCount: 4 } });
  });

  test.each<[string, Said]>([
    ['has no body', [204]],
    ['leaves out what was sent', [200, { failedCount: 1 }]],
  ])('reads back where the answer %s', async (_, write) => {
    const on = await serviceOf([[200, { pendingCount: 5 }]], write);
    expect(await writeOverview(on.graph, PLACE, { pendingCount: 5 }, PLAIN)).toMatchObject({
      status: 'written',
      after: { pendingCount: 5 },
      mismatches: [],
    });
    expect(await methodsOf(on)).toEqual(['PATCH', 'GET']);
  });

  test('a silent answer is judged by reading alone', async () => {
    const on = await serviceOf([[200, { pendingCount: 4, errorCount: 2 }]], [200, { pendingCount: 9 }]);
    const values = { pendingCount: 5, errorCount: 2 };
    expect(await writeOverview(on.graph, PLACE, values, PLAIN)).toMatchObject({
      status: 'mismatched',
      mismatches: [{ name: 'pendingCount', sent: 5, held: 4 }],
    });
  });

  test('an answer with another value is a mismatch, and nothing is read', async () => {
    const on = await serviceOf([], [200, { pendingCount: 4 }]);
    expect(await writeOverview(on.graph, PLACE, { pendingCount: 5 }, PLAIN)).toMatchObject({
      status: 'mismatched',
      after: { pendingCount: 4 },
      mismatches: [{ name: 'pendingCount', sent: 5, held: 4 }],
    });
    expect(await methodsOf(on)).toEqual(['PATCH']);
  });

  test('verifying compares the answer and what is read back, and names each property once', async () => {
    const on = await serviceOf(
      [[200, { pendingCount: 4, failedCount: 2, errorCount: 9 }]],
      [200, { pendingCount: 3, failedCount: 1, errorCount: 3 }],
    );
    const values = { pendingCount: 5, failedCount: 2, errorCount: 3 };
    const outcome = await writeOverview(on.graph, PLACE, values, { ...PLAIN, verify: true });
    expect(await methodsOf(on)).toEqual(['PATCH', 'GET']);
    expect(outcome.after).toEqual({ pendingCount: 4, failedCount: 2, errorCount: 9 });
    expect(outcome.mismatches.map(({ name, held }) => [name, held])).toEqual([
      ['pendingCount', 4],
      ['errorCount', 9],
      ['failedCount', 1],
    ]);
  });

  test('says that it is written where only reading it back fails', async () => {
    const on = await serviceOf([[404, { error: { code: 'NotFound', message: 'gone' } }]], [204]);
    const failure = await writeOverview(on.graph, PLACE, { pendingCount: 5 }, PLAIN).catch((error) => error);
    expect(failure.message).toMatch(/^written, but it could not be read back: /);
    expect(failure).toMatchObject({ kind: 'not-found', details: { status: 404 } });
  });
});
