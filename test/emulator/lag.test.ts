import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Emulator, EmulatorOptions } from '../../src/emulator/index.ts';
import { stateFolder } from '../support/run-main.ts';
import { type Answered, request } from './request.ts';
import { start as startMock } from './start.ts';

const ID = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const LIST = '/beta/deviceManagement/deviceConfigurations';
const OVERVIEW = `${LIST}/${ID}/deviceStatusOverview`;
const START = 1_000_000;

let now: number;
const clock = { now: () => now, sleep: async () => undefined };
beforeEach(() => {
  now = START;
});

function start(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  return startMock({ clock, stale: 5_000, ...options });
}

function patch(emulator: Emulator, values: object): Promise<Answered> {
  return request(emulator, 'PATCH', OVERVIEW, values);
}

/** The pending count in each kind of read: the overview, a page, the configuration, and both in a batch. */
async function readings(emulator: Emulator): Promise<number[]> {
  const alone = await request(emulator, 'GET', OVERVIEW);
  const expand = '$select=id&$expand=deviceStatusOverview';
  const page = await request(emulator, 'GET', `${LIST}?${expand}`);
  const whole = await request(emulator, 'GET', `${LIST}/${ID}?${expand}`);
  const batch = await request(emulator, 'POST', '/beta/$batch', {
    requests: [
      { id: '1', method: 'GET', url: OVERVIEW.replace('/beta', '') },
      { id: '2', method: 'GET', url: `${LIST.replace('/beta', '')}?${expand}` },
    ],
  });
  const ofPage = ({ value }: { value: { id: string; deviceStatusOverview: { pendingCount: number } }[] }) =>
    value.find(({ id }) => id === ID)?.deviceStatusOverview.pendingCount ?? Number.NaN;
  const [one, two] = [...batch.json.responses].sort((a, b) => a.id - b.id).map(({ body }) => body);
  return [
    alone.json.pendingCount,
    ofPage(page.json),
    whole.json.deviceStatusOverview.pendingCount,
    one.pendingCount,
    ofPage(two),
  ];
}

const all = (pending: number): number[] => Array(5).fill(pending);

describe('reads that lag 5 s behind writes', () => {
  test('return a write after 5 s, and not before, in every kind of read', async () => {
    const emulator = await start();
    expect((await patch(emulator, { pendingCount: 7 })).json).toMatchObject({
      pendingCount: 7,
      successCount: 4811,
    });
    expect(await readings(emulator)).toEqual(all(212));
    now = START + 4_999;
    expect(await readings(emulator)).toEqual(all(212));
    now = START + 5_000;
    expect(await readings(emulator)).toEqual(all(7));
    now = START + 5_001;
    expect(await readings(emulator)).toEqual(all(7));
  });

  test('return two writes within that time one after the other, each for its properties', async () => {
    const emulator = await start();
    await patch(emulator, { pendingCount: 7 });
    now = START + 2_000;
    expect((await patch(emulator, { failedCount: 8 })).json).toMatchObject({
      pendingCount: 7,
      failedCount: 8,
    });
    now = START + 3_000;
    expect((await patch(emulator, { pendingCount: 9 })).json).toMatchObject({
      pendingCount: 9,
      failedCount: 8,
    });
    const shown = async (at: number): Promise<number[]> => {
      now = START + at;
      const { pendingCount, failedCount } = (await request(emulator, 'GET', OVERVIEW)).json;
      return [pendingCount, failedCount];
    };
    expect(await shown(4_999)).toEqual([212, 7]);
    expect(await shown(5_000)).toEqual([7, 7]);
    expect(await shown(6_999)).toEqual([7, 7]);
    expect(await shown(7_000)).toEqual([7, 8]);
    expect(await shown(7_999)).toEqual([7, 8]);
    expect(await shown(8_000)).toEqual([9, 8]);
  });

  test('return two writes of the same time together, and a later write on its own', async () => {
    const emulator = await start();
    await patch(emulator, { pendingCount: 7 });
    await patch(emulator, { pendingCount: 8 });
    now = START + 5_000;
    expect(await readings(emulator)).toEqual(all(8));
    await patch(emulator, { pendingCount: 9 });
    expect(await readings(emulator)).toEqual(all(8));
    now = START + 10_000;
    expect(await readings(emulator)).toEqual(all(9));
  });

  test('do not affect other overviews, and lag for a write through a route too', async () => {
    const emulator = await start();
    const wifi = `${LIST}/5a3b1c00-0b1e-4d5a-9c3e-000000000002`;
    const through = `${wifi}/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/identityCertificateForClientAuthentication/deviceStatusOverview`;
    const before = (await request(emulator, 'GET', through)).json.pendingCount;
    expect((await request(emulator, 'PATCH', through, { pendingCount: 77 })).json.pendingCount).toBe(77);
    expect((await request(emulator, 'GET', through)).json.pendingCount).toBe(before);
    expect(await readings(emulator)).toEqual(all(212));
    now = START + 5_000;
    expect((await request(emulator, 'GET', through)).json.pendingCount).toBe(77);
  });

  test('with a state file return values from before the start at once', async () => {
    const stateFile = join(stateFolder(), 'tenant.jsonl');
    await patch(await start({ stateFile }), { pendingCount: 7 });
    const later = await start({ stateFile });
    expect(await readings(later)).toEqual(all(7));
    await patch(later, { pendingCount: 8 });
    now = START + 4_999;
    expect(await readings(later)).toEqual(all(7));
    now = START + 5_000;
    expect(await readings(later)).toEqual(all(8));
  });

  test('with a state file lag for writes of another process too', async () => {
    const stateFile = join(stateFolder(), 'tenant.jsonl');
    const [one, two] = [await start({ stateFile }), await start({ stateFile })];
    await patch(one, { pendingCount: 7 });
    expect(await readings(two)).toEqual(all(212));
    now = START + 5_000;
    expect(await readings(two)).toEqual(all(7));
  });
});

test('reads do not lag by default', async () => {
  const emulator = await startMock({ clock });
  await patch(emulator, { pendingCount: 7 });
  expect(await readings(emulator)).toEqual(all(7));
});
