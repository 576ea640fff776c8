import hooks from 'node:async_hooks';
import { expect, test } from '@jest/globals';

test('a storage that a file of tests made is disabled when the file ends', async () => {
  const before = hooks.AsyncLocalStorage;
  try {
    // @ts-expect-error It is JavaScript, for Jest loads it before anything is compiled.
    const { default: Environment } = await import('./environment.mjs');
    const projectConfig = { globals: {}, testEnvironmentOptions: {}, fakeTimers: {} };
    const environment = new Environment({ globalConfig: {}, projectConfig }, {});
    const storage = new hooks.AsyncLocalStorage<string>();
    storage.enterWith('a value');
    expect(storage.getStore()).toBe('a value');
    await environment.teardown();
    expect(storage.getStore()).toBeUndefined();
  } finally {
    hooks.AsyncLocalStorage = before;
  }
});
