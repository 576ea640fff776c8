import hooks from 'node:async_hooks';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';

const isReplaceable = Object.getOwnPropertyDescriptor(hooks, 'AsyncLocalStorage')?.writable === true;
const before = hooks.AsyncLocalStorage;

/** The environment of another test file. */
async function environment() {
  // @ts-expect-error It is JavaScript, because Jest loads it before anything is compiled.
  const { default: Environment } = await import('./environment.mjs');
  const projectConfig = { globals: {}, testEnvironmentOptions: {}, fakeTimers: {} };
  return new Environment({ globalConfig: {}, projectConfig }, {});
}

test('every test file has an ordinary global object of its own', async () => {
  const context = (await environment()).getVmContext();
  expect(vm.runInContext('globalThis', context)).toBe(context);
  vm.runInContext('globalThis.left = 1', context);
  expect(vm.runInContext('typeof left', (await environment()).getVmContext())).toBe('undefined');
  expect(globalThis).not.toHaveProperty('left');
});

test('string-width is loaded once for all test files', async () => {
  const global = (await environment()).getVmContext() as { readonly stringWidth?: unknown };
  expect(typeof stringWidth).toBe('function');
  expect(global.stringWidth).toBe(stringWidth);
});

(isReplaceable ? describe : describe.skip)("the storage of Jest's runner", () => {
  interface Context {
    readonly test?: string;
    readonly hook?: string;
  }
  let storage: hooks.AsyncLocalStorage<Context>;

  beforeAll(async () => {
    await environment();
    storage = new hooks.AsyncLocalStorage<Context>();
  });

  afterAll(() => {
    hooks.AsyncLocalStorage = before;
  });

  test('has the current test, and the current hook in it, until each ends', async () => {
    const result = storage.run({ test: 'a' }, async () => {
      await storage.run({ test: 'a', hook: 'b' }, async () => {
        await undefined;
        expect(storage.getStore()).toEqual({ test: 'a', hook: 'b' });
      });
      expect(storage.getStore()).toEqual({ test: 'a' });
      return 1;
    });
    expect(await result).toBe(1);
    expect(storage.getStore()).toBeUndefined();
  });

  test('has no test after a failed one', async () => {
    const failing = storage.run({ test: 'a' }, async () => {
      throw new Error('it failed');
    });
    await expect(failing).rejects.toThrow('it failed');
    expect(storage.getStore()).toBeUndefined();
  });

  test('has no test while tests run concurrently', async () => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const both = ['a', 'b'].map((name) => storage.run({ test: name }, () => ended));
    expect(storage.getStore()).toBeUndefined();
    end();
    await Promise.all(both);
  });

  test('does not replace other storages of Node', () => {
    const other = new hooks.AsyncLocalStorage<number>();
    other.enterWith(1);
    expect(other.getStore()).toBe(1);
    other.disable();
  });
});
