import { describe, expect, test } from '@jest/globals';
import type { AccessToken } from '../../src/sign-in/access-token.ts';
import { TokenManager } from '../../src/sign-in/token-manager.ts';

const MINUTE = 60_000;

function managerWith(lifetime: number) {
  let now = 0;
  const requests: (string | undefined)[] = [];
  const clock = { now: () => now, sleep: async () => undefined };
  const manager = new TokenManager(clock, async (claims): Promise<AccessToken> => {
    requests.push(claims);
    return { value: `token-${requests.length}`, expires: now + lifetime, method: 'client-secret' };
  });
  return {
    manager,
    requests,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe('TokenManager', () => {
  test('shares one request between concurrent callers', async () => {
    const { manager, requests } = managerWith(60 * MINUTE);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => manager.token()));
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(['token-1']));
    expect(requests).toHaveLength(1);
  });

  test('renews before the token expires, once', async () => {
    const { manager, requests, pass } = managerWith(60 * MINUTE);
    await manager.token();
    pass(54 * MINUTE);
    expect((await manager.token()).value).toBe('token-1');
    pass(MINUTE);
    const tokens = await Promise.all([manager.token(), manager.token(), manager.token()]);
    expect(tokens.map(({ value }) => value)).toEqual(['token-2', 'token-2', 'token-2']);
    expect(requests).toHaveLength(2);
  });

  test('does not request a short-lived token for every call', async () => {
    const { manager, requests, pass } = managerWith(4 * MINUTE);
    await manager.token();
    pass(MINUTE);
    await manager.token();
    expect(requests).toHaveLength(1);
    pass(MINUTE + 1);
    await manager.token();
    expect(requests).toHaveLength(2);
  });

  test('answers the same challenge to concurrent requests once', async () => {
    const { manager, requests } = managerWith(60 * MINUTE);
    await manager.token();
    const answers = await Promise.all([manager.answer('{"a":1}'), manager.answer('{"a":1}')]);
    expect(answers.map(({ value }) => value)).toEqual(['token-2', 'token-2']);
    expect(requests).toEqual([undefined, '{"a":1}']);
    expect((await manager.token()).value).toBe('token-2');
  });

  test('answers the same challenge to a later token again', async () => {
    const { manager, requests, pass } = managerWith(60 * MINUTE);
    await manager.answer('{"a":1}');
    pass(60 * MINUTE);
    expect((await manager.token()).value).toBe('token-2');
    expect((await manager.answer('{"a":1}')).value).toBe('token-3');
    expect(requests).toEqual(['{"a":1}', undefined, '{"a":1}']);
  });

  test('tries to answer a challenge again after a failure', async () => {
    let fails = true;
    const manager = new TokenManager({ now: () => 0, sleep: async () => undefined }, async () => {
      if (fails) throw new Error('once');
      return { value: 'x', expires: undefined, method: 'client-secret' };
    });
    await expect(manager.answer('{}')).rejects.toThrow('once');
    fails = false;
    expect((await manager.answer('{}')).value).toBe('x');
  });

  test('keeps the answer to a challenge if an earlier one fails later', async () => {
    const pending = new Map<
      string | undefined,
      { resolve(token: AccessToken): void; reject(reason: unknown): void }
    >();
    const requests: (string | undefined)[] = [];
    const manager = new TokenManager({ now: () => 0, sleep: async () => undefined }, (claims) => {
      requests.push(claims);
      return new Promise((resolve, reject) => void pending.set(claims, { resolve, reject }));
    });
    const [first, second] = [manager.answer('1'), manager.answer('2')];
    pending.get('1')?.reject(new Error('once'));
    await expect(first).rejects.toThrow('once');
    const third = manager.answer('2');
    pending.get('2')?.resolve({ value: 'x', expires: undefined, method: 'azd' });
    expect([await second, await third].map(({ value }) => value)).toEqual(['x', 'x']);
    expect(requests).toEqual(['1', '2']);
  });

  test('keeps a token without an expiry', async () => {
    let count = 0;
    const manager = new TokenManager({ now: () => 0, sleep: async () => undefined }, async () => {
      count += 1;
      return { value: 'x', expires: undefined, method: 'token' };
    });
    await manager.token();
    await manager.token();
    expect(count).toBe(1);
  });

  test('does not keep a failure', async () => {
    let fails = true;
    const manager = new TokenManager({ now: () => 0, sleep: async () => undefined }, async () => {
      if (fails) throw new Error('once');
      return { value: 'x', expires: undefined, method: 'token' };
    });
    await expect(manager.token()).rejects.toThrow('once');
    fails = false;
    expect((await manager.token()).value).toBe('x');
  });
});
