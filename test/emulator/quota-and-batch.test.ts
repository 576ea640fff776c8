import { afterEach, describe, expect, test } from '@jest/globals';
import type { Emulator, EmulatorOptions } from '../../src/emulator/index.ts';
import { type Answered, request } from './request.ts';
import { start as startMock } from './start.ts';

const LIST = '/beta/deviceManagement/deviceConfigurations';
const ITEM =
  '/deviceManagement/deviceConfigurations/5a3b1c00-0b1e-4d5a-9c3e-000000000001/deviceStatusOverview';

let now = 0;
const slept: number[] = [];
const clock = {
  now: () => now,
  async sleep(milliseconds: number) {
    slept.push(milliseconds);
    now += milliseconds;
  },
};

function start(options: Partial<EmulatorOptions>): Promise<Emulator> {
  return startMock({ clock, ...options });
}

afterEach(() => {
  slept.length = 0;
});

function bearer(claims: Record<string, unknown>): Record<string, string> {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return { authorization: `Bearer ${part({})}.${part(claims)}.x` };
}

function patch(emulator: Emulator, headers: Record<string, string> = {}): Promise<Answered> {
  return request(emulator, 'PATCH', `/beta${ITEM}`, { pendingCount: 1 }, headers);
}

async function statuses(count: number, send: () => Promise<Answered>): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < count; index += 1) all.push((await send()).status);
  return all;
}

describe('--quota documented', () => {
  const quota = { writes: 100, window: 20_000 };

  test('limits an app to 100 writes in 20 s, and a tenant to 200', async () => {
    const emulator = await start({ quota });
    const [one, two, three] = ['one', 'two', 'three'].map((appid) => bearer({ appid, tid: 't' }));
    expect(await statuses(101, () => patch(emulator, one))).toEqual([...Array(100).fill(200), 429]);
    // The throttled attempt counts for the tenant.
    expect((await statuses(100, () => patch(emulator, two))).filter((status) => status === 429)).toHaveLength(
      1,
    );
    expect((await patch(emulator, three)).status).toBe(429);
    expect((await patch(emulator, bearer({ azp: 'one', tid: 'another' }))).status).toBe(200);
  });

  test('sends a Retry-After after which a write is accepted', async () => {
    const emulator = await start({ quota });
    await statuses(100, () => patch(emulator));
    now += 5_000;
    const throttled = await patch(emulator);
    expect(throttled).toMatchObject({ status: 429, json: { error: { code: 'TooManyRequests' } } });
    expect(throttled.headers['retry-after']).toBe('15');
    now += 15_001;
    expect((await patch(emulator)).status).toBe(200);
  });

  test('sends no Retry-After with --no-retry-after', async () => {
    const emulator = await start({ quota, retryAfter: false });
    await statuses(100, () => patch(emulator));
    expect((await patch(emulator)).headers['retry-after']).toBeUndefined();
  });

  test('allows ten times as many reads', async () => {
    const emulator = await start({ quota: { writes: 2, window: 20_000 } });
    expect(await statuses(21, () => request(emulator, 'GET', `/beta${ITEM}`))).toEqual([
      ...Array(20).fill(200),
      429,
    ]);
  });
});

const batch = (emulator: Emulator, requests: unknown): Promise<Answered> =>
  request(emulator, 'POST', '/beta/$batch', { requests });

describe('$batch', () => {
  test('answers each item by itself', async () => {
    const emulator = await start({});
    const { status, json } = await batch(emulator, [
      {
        id: '1',
        method: 'PATCH',
        url: ITEM,
        headers: { 'Content-Type': 'application/json' },
        body: { pendingCount: 4 },
      },
      { id: '2', method: 'GET', url: '/deviceManagement/deviceConfigurations/none' },
      { id: '3', method: 'GET', url: ITEM.slice(1), dependsOn: ['1'] },
      { id: '4', method: 'GET', url: ITEM, dependsOn: ['2'] },
    ]);
    expect(status).toBe(200);
    const byId = Object.fromEntries(
      json.responses.map((response: { id: string }) => [response.id, response]),
    );
    expect([byId[1].status, byId[2].status, byId[3].status, byId[4].status]).toEqual([200, 404, 200, 424]);
    expect(byId[3].body.pendingCount).toBe(4);
    expect(byId[2].body.error.code).toBe('ResourceNotFound');
  });

  test.each([
    [[]],
    [Array.from({ length: 21 }, (_, index) => ({ id: String(index), method: 'GET', url: ITEM }))],
    [
      [
        { id: '1', method: 'GET', url: ITEM },
        { id: '1', method: 'GET', url: ITEM },
      ],
    ],
    [[{ id: '1', method: 'PATCH', url: ITEM, body: {} }]],
    [[{ method: 'GET', url: ITEM }]],
  ])('rejects an invalid envelope: %#', async (requests) => {
    expect((await batch(await start({}), requests)).status).toBe(400);
  });

  test('counts each item in the quota, and answers 429 to throttled items', async () => {
    const emulator = await start({ quota: { writes: 2, window: 20_000 } });
    const item = {
      method: 'PATCH',
      url: ITEM,
      headers: { 'Content-Type': 'application/json' },
      body: { pendingCount: 4 },
    };
    const { status, json } = await batch(
      emulator,
      ['1', '2', '3'].map((id) => ({ id, ...item })),
    );
    expect(status).toBe(200);
    // The answers of a batch have no order.
    const responses = json.responses as { status: number; headers: Record<string, string> }[];
    expect(responses.map((response) => response.status).sort()).toEqual([200, 200, 429]);
    expect(responses.find((response) => response.status === 429)?.headers['Retry-After']).toBe('20');
  });

  test('is delayed once by --latency', async () => {
    const emulator = await start({ latency: 100 });
    await batch(emulator, [
      { id: '1', method: 'GET', url: ITEM },
      { id: '2', method: 'GET', url: ITEM },
    ]);
    expect(slept).toEqual([100]);
  });
});

describe('--fault', () => {
  /** A `random` that returns these numbers in turn. */
  const turn =
    (...numbers: number[]) =>
    () =>
      numbers.shift() ?? 1;

  test('applies to the given share of requests', async () => {
    const emulator = await start({ faults: [{ status: 503, share: 0.5 }], random: turn(0.4, 0.6) });
    const [failed, normal] = [await request(emulator, 'GET', LIST), await request(emulator, 'GET', LIST)];
    expect([failed.status, failed.headers['retry-after'], normal.status]).toEqual([503, '1', 200]);
  });

  test('spike delays the answer, also of an item of a batch', async () => {
    const emulator = await start({ faults: [{ status: 'spike', share: 0.5 }], random: turn(0.6, 0.4, 0.4) });
    expect((await request(emulator, 'GET', LIST)).status).toBe(200);
    expect(slept).toEqual([]);
    expect((await request(emulator, 'GET', LIST)).status).toBe(200);
    await batch(emulator, [{ id: '1', method: 'GET', url: ITEM }]);
    expect(slept).toEqual([2_000, 2_000]);
  });

  test.each([
    [0.4, 9],
    [0.6, 212],
  ])('reset closes the connection after or before the write (random %d)', async (second, pending) => {
    const emulator = await start({ faults: [{ status: 'reset', share: 0.5 }], random: turn(0.1, second) });
    await expect(request(emulator, 'PATCH', `/beta${ITEM}`, { pendingCount: 9 })).rejects.toThrow();
    expect((await request(emulator, 'GET', `/beta${ITEM}`)).json.pendingCount).toBe(pending);
  });
});

describe('--require-permission', () => {
  const read = 'DeviceManagementConfiguration.Read.All';
  const write = 'DeviceManagementConfiguration.ReadWrite.All';

  test.each([
    [{ scp: `x ${write}`, exp: 9e9 }, 200, 200],
    [{ roles: [write], exp: 9e9 }, 200, 200],
    [{ scp: read, exp: 9e9 }, 200, 403],
    [{ roles: ['User.Read.All'], exp: 9e9 }, 403, 403],
    [{ scp: write, exp: 1 }, 401, 401],
    [{ scp: write }, 401, 401],
  ])('%j reads %i and writes %i', async (claims, reading, writing) => {
    now = 1_700_000_000_000;
    const emulator = await start({ requirePermission: true });
    expect((await request(emulator, 'GET', LIST, undefined, bearer(claims))).status).toBe(reading);
    expect((await patch(emulator, bearer(claims))).status).toBe(writing);
  });

  test('answers 401 without a token, or to an invalid one', async () => {
    const emulator = await start({ requirePermission: true });
    expect((await request(emulator, 'GET', LIST, undefined, { authorization: '' })).status).toBe(401);
    expect((await request(emulator, 'GET', LIST)).status).toBe(401);
    expect((await request(emulator, 'GET', '/beta/$metadata')).status).toBe(200);
  });
});
