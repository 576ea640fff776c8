import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import type { Overview } from '../../src/overview/difference.ts';
import { type WriteOptions, writeOverview } from '../../src/service/write.ts';
import { inTurn, placeOf, problem, type Reply } from '../support/answers.ts';
import { type FakeGraph, startGraph } from '../support/fake-graph.ts';

const VALUES = { pendingCount: 1, failedCount: 2 };
const PLAIN = { readBefore: false, ifChanged: false, verify: false };
const headers = { 'request-id': 'theirs' };

let opened: FakeGraph;

/** Writes VALUES to a service that returns these answers in turn. */
async function write(replies: readonly (Reply | 'cut')[], options: Partial<WriteOptions> = {}) {
  opened = await startGraph(inTurn(...replies));
  return writeOverview(opened.graph, placeOf('a'), VALUES, {
    ...PLAIN,
    clock: opened.clock,
    signal: opened.signal,
    ...options,
  });
}

/** Writes VALUES, and records what had been sent at each call of `onStored`. */
async function writeStored(replies: readonly Reply[], options: Partial<WriteOptions> = {}) {
  const stored: string[][] = [];
  const result = await write(replies, { ...options, onStored: () => stored.push(methods()) }).catch(
    (error: unknown) => error,
  );
  return { stored, result };
}

const methods = () => opened.requests.map(({ method }) => method);

describe('a write', () => {
  test('is one PATCH if the answer has all sent values', async () => {
    const after = { ...VALUES, errorCount: 9 };
    expect(await write([{ headers, body: after }])).toEqual({
      status: 'written',
      before: undefined,
      after,
      mismatches: [],
      answered: after,
      readBack: undefined,
      attempts: 1,
      requestId: 'theirs',
    });
    expect(opened.requests).toEqual([
      {
        method: 'PATCH',
        path: '/deviceManagement/deviceConfigurations/a/deviceStatusOverview',
        body: { '@odata.type': '#microsoft.graph.deviceConfigurationDeviceOverview', ...VALUES },
      },
    ]);
  });

  test('reports values that the answer does not have', async () => {
    const outcome = await write([{ body: { ...VALUES, failedCount: 7 } }]);
    expect(outcome.status).toBe('mismatched');
    expect(outcome.mismatches).toEqual([{ name: 'failedCount', sent: 2, held: 7 }]);
    expect(methods()).toEqual(['PATCH']);
  });

  test.each<[string, Reply]>([
    ['the answer has no body', { status: 204 }],
    ['the answer lacks a sent value', { body: { pendingCount: 1 } }],
  ])('is verified if %s', async (_, reply) => {
    const outcome = await write([reply, { body: VALUES }]);
    expect(outcome).toMatchObject({ status: 'written', after: VALUES, mismatches: [] });
    expect(methods()).toEqual(['PATCH', 'GET']);
  });

  test('is compared only with the read if the answer was incomplete', async () => {
    const outcome = await write([{ body: { pendingCount: 5 } }, { body: { ...VALUES, failedCount: 8 } }]);
    expect(outcome.mismatches).toEqual([{ name: 'failedCount', sent: 2, held: 8 }]);
  });

  test('is verified with `verify`, and compared with the answer and the read', async () => {
    const answered = { pendingCount: 5, failedCount: 6 };
    const read = { pendingCount: 1, failedCount: 8 };
    const outcome = await write([{ body: answered }, { body: read }], { verify: true });
    expect(outcome).toMatchObject({ status: 'mismatched', after: read });
    expect(outcome.mismatches).toEqual([
      { name: 'failedCount', sent: 2, held: 8 },
      { name: 'pendingCount', sent: 1, held: 5 },
    ]);
    expect(methods()).toEqual(['PATCH', 'GET']);
  });

  test('reports a value that differs in both once, with the value of the read', async () => {
    const replies = [{ body: { ...VALUES, failedCount: 6 } }, { body: { pendingCount: 7, failedCount: 8 } }];
    const { mismatches } = await write(replies, { verify: true });
    expect(mismatches).toEqual([
      { name: 'pendingCount', sent: 1, held: 7 },
      { name: 'failedCount', sent: 2, held: 8 },
    ]);
  });

  const OLD = { body: { ...VALUES, failedCount: 0 } };

  test('is read again while the previous value is returned, for ten seconds', async () => {
    const replies = [OLD, { status: 204 }, OLD, OLD, { body: VALUES }];
    expect(await write(replies, { readBefore: true })).toMatchObject({ status: 'written', after: VALUES });
    expect(opened.sleeps).toEqual([500, 1_000]);
    const stale = [OLD, { body: VALUES }, OLD, OLD, OLD, OLD, OLD, OLD];
    const outcome = await write(stale, { readBefore: true, verify: true });
    expect(outcome).toMatchObject({ status: 'mismatched', mismatches: [{ name: 'failedCount', held: 0 }] });
    expect(opened.sleeps).toEqual([500, 1_000, 2_000, 4_000, 2_500]);
  });

  test('is not read again if a third value is returned', async () => {
    const replies = [OLD, { body: VALUES }, OLD, { body: { ...VALUES, failedCount: 8 } }];
    const outcome = await write(replies, { readBefore: true, verify: true });
    expect(outcome).toMatchObject({ status: 'mismatched', mismatches: [{ name: 'failedCount', held: 8 }] });
    expect(opened.sleeps).toEqual([500]);
  });

  test('uses the first value that is read as the previous value if that was not read', async () => {
    const replies = [{ status: 204 }, OLD, { body: { ...VALUES, failedCount: 8 } }];
    expect(await write(replies)).toMatchObject({ status: 'mismatched', after: { failedCount: 8 } });
  });

  test('is read first with `readBefore`, and sent even if nothing differs', async () => {
    const received: (Overview | undefined)[] = [];
    const outcome = await write([{ body: VALUES }, { body: VALUES }], {
      readBefore: true,
      beforeSending: async (before) => {
        received.push(before);
        expect(methods()).toEqual(['GET']);
      },
    });
    expect(outcome).toMatchObject({ status: 'written', before: VALUES, attempts: 1 });
    expect(received).toEqual([VALUES]);
    expect(methods()).toEqual(['GET', 'PATCH']);
  });

  test('is not sent if every value is already up to date', async () => {
    const stored = { ...VALUES, errorCount: 9 };
    const beforeSending = () => Promise.reject(new Error('nothing is to be sent'));
    expect(await write([{ body: stored }], { ifChanged: true, beforeSending })).toEqual({
      status: 'unchanged',
      before: stored,
      after: stored,
      mismatches: [],
      attempts: 0,
    });
    expect(methods()).toEqual(['GET']);
  });

  test('is sent if one value differs', async () => {
    const before = { ...VALUES, failedCount: 0 };
    const outcome = await write([{ body: before }, { body: VALUES }], { ifChanged: true });
    expect(outcome).toMatchObject({ status: 'written', before, after: VALUES });
    expect(methods()).toEqual(['GET', 'PATCH']);
  });
});

describe('a write is reported as stored before the read-back', () => {
  test.each<[string, unknown]>([
    ['no body', undefined],
    ['the overview', VALUES],
    ['an empty object', {}],
    ['other values', { pendingCount: 7 }],
    ['one property among unknown members', { other: 1, failedCount: 7 }],
    ['a member of OData', { '@odata.context': 'x' }],
  ])('if the answer is %s', async (_, body) => {
    const { stored, result } = await writeStored([{ body }, { body: VALUES }], { verify: true });
    expect(stored).toEqual([['PATCH']]);
    expect(result).toMatchObject({ after: VALUES });
  });

  test('but not if the answer has only unknown members', async () => {
    const { stored, result } = await writeStored([{ body: { ok: true, 'odata@': 1 } }, { body: VALUES }]);
    expect(stored).toEqual([]);
    expect(result).toMatchObject({ status: 'written', after: VALUES });
  });

  test('and not if nothing is sent', async () => {
    const { stored } = await writeStored([{ body: VALUES }], { ifChanged: true });
    expect(stored).toEqual([]);
  });
});

describe('a write that cannot be read back', () => {
  test('is reported as written', async () => {
    const failure = await write([{ status: 204 }, { headers, ...problem(404, 'Gone') }]).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      kind: 'not-found',
      message: 'written, but it could not be read back: not found: says 404',
      details: { status: 404, code: 'Gone' },
    });
  });

  test('is not reported as written if the answer was not an overview', async () => {
    const { stored, result } = await writeStored([{ body: { ok: true } }, problem(404, 'Gone')]);
    expect(stored).toEqual([]);
    expect(result).toMatchObject({
      kind: 'not-found',
      message: 'the answer was not an overview, and the change could not be read back: not found: says 404',
      details: { status: 404, code: 'Gone' },
    });
  });

  test('is an unexpected error if that is not a failure', async () => {
    let tokens = 0;
    const token = async () => {
      tokens += 1;
      if (tokens > 1) throw new TypeError('unexpected');
      return 'token';
    };
    opened = await startGraph(() => ({ status: 204 }), { token });
    const writing = writeOverview(opened.graph, placeOf('a'), VALUES, {
      ...PLAIN,
      clock: opened.clock,
      signal: opened.signal,
    });
    expect(await writing.catch((error: unknown) => error)).toEqual(new TypeError('unexpected'));
  });
});
