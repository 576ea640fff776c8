import hooks from 'node:async_hooks';
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';
import stringWidth from 'string-width';

/** Whether the next storage is that of Jest's runner, which every test file loads again. */
let isForRunner = false;

// If the class cannot be replaced (from Node 24 on, and 22.23), the runner uses a storage of Node.
if (Object.getOwnPropertyDescriptor(hooks, 'AsyncLocalStorage')?.writable === true)
  hooks.AsyncLocalStorage = class extends hooks.AsyncLocalStorage {
    constructor(...args) {
      super(...args);
      if (!isForRunner) return;
      isForRunner = false;
      // biome-ignore lint/correctness/noConstructorReturn: Jest's runner calls this class itself.
      return new RunningTests();
    }
  };

/**
 * The current test or hook, which Jest's runner stores to report uncaught errors. It needs no
 * hook on promises: before Node 24 a storage of Node makes every promise slower from the first test on.
 */
class RunningTests {
  #contexts = [];

  /** @param call runs in the context until its promise settles */
  async run(context, call) {
    this.#contexts.push(context);
    try {
      return await call();
    } finally {
      this.#contexts.splice(this.#contexts.indexOf(context), 1);
    }
  }

  /** @returns undefined while concurrent tests run: then an uncaught error fails the whole file */
  getStore() {
    const tests = new Set(this.#contexts.map(({ test }) => test).filter((test) => test !== undefined));
    return tests.size > 1 ? undefined : this.#contexts.at(-1);
  }
}

/**
 * Jest's environment for Node, with an ordinary global object: the global object that Jest makes calls
 * a proxy at each use of `Math`, `Buffer` and all other globals, which takes a fifth of the time of computing tests.
 */
export default class Environment extends TestEnvironment {
  constructor(...args) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...args);
    } finally {
      vm.createContext = createContext;
    }
    this.global.stringWidth = stringWidth;
    isForRunner = true;
  }
}
