import { describe, expect, test } from '@jest/globals';
import type { AccessToken } from '../../src/sign-in/access-token.ts';
import { TokenManager } from '../../src/sign-in/token-manager.ts';

const MINUTE = 60_000;

function managerWith(lifetime: number) {
  let now = 0;
  const asked: (string | undefined)[] = [];
  const clock = { now: () => now, sleep: async () => undefined };
  const manager = new TokenManager(clock, async (claims): Promise<AccessToken> => {
    asked.push(claims);
    return { value: `token-${asked.length}`, expires: now + lifetime, method: 'client-secret' };
  });
  return {
    manager,
    asked,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe('TokenManager', () => {
  test('shares one request between concurrent callers', async () => {
    const { manager, asked } = managerWith(60 * MINUTE);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => manager.token()));
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(['token-1']));
    expect(asked).toHaveLength(1);
  });

  test('renews before the token expires, once', async () => {
    const { manager, asked, pass } = managerWith(60 * MINUTE);
    await manager.token();
    pass(54 * MINUTE);
    expect((await manager.token()).value).toBe('token-1');
    pass(MINUTE);
    const tokens = await Promise.all([manager.token(), manager.token(), manager.token()]);
    expect(tokens.map(({ value }) => value)).toEqual(['token-2', 'token-2', 'token-2']);
    expect(asked).toHaveLength(2);
  });

  test('a token that lives shortly is not requested for every call', async () => {
    const { manager, asked, pass } = managerWith(4 * MINUTE);
    await manager.token();
    pass(MINUTE);
    await manager.token();
    expect(asked).toHaveLength(1);
    pass(MINUTE + 1);
    await manager.token();
    expect(asked).toHaveLength(2);
  });

  test('the same challenge to many requests is answered once', async () => {
    const { manager, asked } = managerWith(60 * MINUTE);
    await manager.token();
    const answers = await Promise.all([manager.answer('{"a":1}'), manager.answer('{"a":1}')]);
    expect(answers.map(({ value }) => value)).toEqual(['token-2', 'token-2']);
    expect(asked).toEqual([undefined, '{"a":1}']);
    expect((await manager.token()).value).toBe('token-2');
  });

  test('the same challenge to a later token is answered again', async () => {
    const { manager, asked, pass } = managerWith(60 * MINUTE);
    await manager.answer('{"a":1}');
    pass(60 * MINUTE);
    expect((await manager.token()).value).toBe('token-2');
    expect((await manager.answer('{"a":1}')).value).toBe('token-3');
    expect(asked).toEqual(['{"a":1}', undefined, '{"a":1}']);
  });

  test('a challenge that could not be answered is tried again by the next request', async () => {
    let fails = true;
    const manager = new TokenManager({ now: () => 0, sleep: async () => undefined }, async () => {
      if (fails) throw new Error('once');
      return { value: 'x', expires: undefined, method: 'client-secret' };
    });
    await expect(manager.answer('{}')).rejects.toThrow('once');
    fails = false;
    expect((await manager.answer('{}')).value).toBe('x');
  });

  test('a failure is not kept', async () => {
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
