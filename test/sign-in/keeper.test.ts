import { describe, expect, test } from '@jest/globals';
import { TokenKeeper } from '../../src/sign-in/keeper.ts';
import type { AccessToken } from '../../src/sign-in/token.ts';

const MINUTE = 60_000;

function keeperOf(lifetime: number) {
  let now = 0;
  const asked: (string | undefined)[] = [];
  const clock = { now: () => now, sleep: async () => undefined };
  const keeper = new TokenKeeper(clock, async (claims): Promise<AccessToken> => {
    asked.push(claims);
    return { value: `token-${asked.length}`, expires: now + lifetime, method: 'client-secret' };
  });
  return {
    keeper,
    asked,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe('TokenKeeper', () => {
  test('asks once for all who ask at the same time', async () => {
    const { keeper, asked } = keeperOf(60 * MINUTE);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => keeper.token()));
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(['token-1']));
    expect(asked).toHaveLength(1);
  });

  test('renews before the token expires, once', async () => {
    const { keeper, asked, pass } = keeperOf(60 * MINUTE);
    await keeper.token();
    pass(54 * MINUTE);
    expect((await keeper.token()).value).toBe('token-1');
    pass(MINUTE);
    const tokens = await Promise.all([keeper.token(), keeper.token(), keeper.token()]);
    expect(tokens.map(({ value }) => value)).toEqual(['token-2', 'token-2', 'token-2']);
    expect(asked).toHaveLength(2);
  });

  test('a token that lives shortly is not asked for with every request', async () => {
    const { keeper, asked, pass } = keeperOf(4 * MINUTE);
    await keeper.token();
    pass(MINUTE);
    await keeper.token();
    expect(asked).toHaveLength(1);
    pass(MINUTE + 1);
    await keeper.token();
    expect(asked).toHaveLength(2);
  });

  test('the same challenge to many requests is answered once', async () => {
    const { keeper, asked } = keeperOf(60 * MINUTE);
    await keeper.token();
    const answers = await Promise.all([keeper.answer('{"a":1}'), keeper.answer('{"a":1}')]);
    expect(answers.map(({ value }) => value)).toEqual(['token-2', 'token-2']);
    expect(asked).toEqual([undefined, '{"a":1}']);
    expect((await keeper.token()).value).toBe('token-2');
  });

  test('the same challenge to a later token is answered afresh', async () => {
    const { keeper, asked, pass } = keeperOf(60 * MINUTE);
    await keeper.answer('{"a":1}');
    pass(60 * MINUTE);
    expect((await keeper.token()).value).toBe('token-2');
    expect((await keeper.answer('{"a":1}')).value).toBe('token-3');
    expect(asked).toEqual(['{"a":1}', undefined, '{"a":1}']);
  });

  test('a challenge that could not be answered is tried again by the next request', async () => {
    let fails = true;
    const keeper = new TokenKeeper({ now: () => 0, sleep: async () => undefined }, async () => {
      if (fails) throw new Error('once');
      return { value: 'x', expires: undefined, method: 'client-secret' };
    });
    await expect(keeper.answer('{}')).rejects.toThrow('once');
    fails = false;
    expect((await keeper.answer('{}')).value).toBe('x');
  });

  test('a failure is not kept', async () => {
    let fails = true;
    const keeper = new TokenKeeper({ now: () => 0, sleep: async () => undefined }, async () => {
      if (fails) throw new Error('once');
      return { value: 'x', expires: undefined, method: 'token' };
    });
    await expect(keeper.token()).rejects.toThrow('once');
    fails = false;
    expect((await keeper.token()).value).toBe('x');
  });
});
