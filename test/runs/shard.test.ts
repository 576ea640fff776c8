import { afterEach, describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { readRoute } from '../../src/overview/route.ts';
import { directShard, inShard } from '../../src/runs/shard.ts';
import { runMain, stateFolder } from '../support/run-main.ts';

const clock = { now: () => Date.now(), sleep: async () => undefined };
const WIFI = '5a3b1c00-0b1e-4d5a-9c3e-000000000002';
const CLIENT_CERTIFICATE = '5a3b1c00-0b1e-4d5a-9c3e-000000000020';
const PARTS = [1, 2, 3, 4];

test('each key is in exactly one shard, in any letter case', () => {
  const sizes = PARTS.map(() => 0);
  for (let number = 0; number < 400; number += 1) {
    const parts = PARTS.filter((index) => inShard(`id-${number}`, { index, count: 4 }));
    expect(parts).toEqual(PARTS.filter((index) => inShard(`ID-${number}`, { index, count: 4 })));
    expect(parts).toHaveLength(1);
    sizes[(parts[0] ?? 0) - 1] = (sizes[(parts[0] ?? 0) - 1] ?? 0) + 1;
  }
  for (const size of sizes) expect(size).toBeGreaterThan(60);
});

test.each([
  ['a', 221],
  ['foobar', 721],
  ['FooBar', 721],
  ['é', 218],
  [WIFI, 111],
])('the hash of %s is in shard %i of a thousand on every machine', (key, index) => {
  expect(inShard(key, { index, count: 1_000 })).toBe(true);
});

test('the ids of configurations determine the shard only if every row has the direct route', async () => {
  const row = (via: string) =>
    readRoute(via, { apiVersion: 'beta' }).then((route) => ({
      line: 2,
      deviceConfigurationId: WIFI,
      displayName: null,
      route,
      values: { pendingCount: 1 },
    }));
  const both = PARTS.map((index) => ({ index, count: 4 }));
  const [direct, routed] = await Promise.all([row('direct'), row('wifi-eap')]);
  expect(both.flatMap((shard) => directShard([direct], shard) ?? [])).toEqual([direct]);
  expect(both.map((shard) => directShard([direct, routed], shard))).toEqual(PARTS.map(() => undefined));
});

describe('apply --shard', () => {
  let server: Emulator;
  afterEach(() => server.close());

  test('has rows by different routes to one overview in the same shard, and every row in one', async () => {
    server = await startEmulator({ clock });
    const same = `${WIFI},wifi-eap,4\n${CLIENT_CERTIFICATE},,4\n`;
    const others = Array.from(
      { length: 9 },
      (_, number) => `5a3b1c00-0b1e-4d5a-9c3e-00000000000${number + 1},,4`,
    );
    const input = `deviceConfigurationId,via,pending\n${same}${others.join('\n')}\n`;
    const parts = await Promise.all(
      PARTS.map(async (index) => {
        const argv = ['apply', '-', '--dry-run', '--shard', `${index}/4`];
        const { stdout } = await runMain([...argv, '--endpoint', server.url, '-o', 'json'], {
          input,
          env: { GRAPH_OVERVIEW_STATE: stateFolder() },
        });
        return JSON.parse(stdout).rows.map(({ line }: { line: number }) => line) as number[];
      }),
    );
    expect(parts.flat().sort((one, other) => one - other)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(parts.filter((lines) => lines.includes(2) && lines.includes(3))).toHaveLength(1);
    expect(parts.filter((lines) => lines.length > 0).length).toBeGreaterThan(1);
  });

  test('is rejected with --no-read for rows with a route', async () => {
    server = await startEmulator({ clock });
    const ended = await runMain(
      ['apply', '-', '--no-read', '--yes', '--shard', '1/2', '--endpoint', server.url],
      {
        input: `deviceConfigurationId,via,pending\n${WIFI},wifi-eap,4\n`,
      },
    );
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('--no-read');
  });
});
