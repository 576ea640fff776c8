import hooks from 'node:async_hooks';
import { TestEnvironment } from 'jest-environment-node';

/** What was made since the last file of tests ended. */
const storages = new Set();

// Where the class cannot be replaced (from Node 24 on, and 22.23), the storages stay.
if (Object.getOwnPropertyDescriptor(hooks, 'AsyncLocalStorage')?.writable === true)
  hooks.AsyncLocalStorage = class extends hooks.AsyncLocalStorage {
    constructor(...args) {
      super(...args);
      storages.add(this);
    }
  };

/**
 * Jest's environment for Node, which also disables what a file of tests leaves behind in the process: each file loads
 * Jest's runner anew, and with it an `AsyncLocalStorage`. Before Node 24 every promise copies the value of every storage
 * that is enabled, so that the hundredth file would pay for a hundred of them at each `await`.
 */
export default class Environment extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of storages) storage.disable();
    storages.clear();
  }
}
