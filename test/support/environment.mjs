import hooks from 'node:async_hooks';
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/** Whether the next storage that is made is that of Jest's runner, which each file of tests loads anew. */
let isForRunner = false;

// Where the class cannot be replaced (from Node 24 on, and 22.23), the runner has a storage of Node.
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
 * Which test or hook runs, as Jest's runner stores it in order to report an error that nothing has caught. It needs no
 * hook on promises: before Node 24 a storage of Node makes every promise slower from the first test on.
 */
class RunningTests {
  #contexts = [];

  /** @param call what runs in the context until its promise settles */
  async run(context, call) {
    this.#contexts.push(context);
    try {
      return await call();
    } finally {
      this.#contexts.splice(this.#contexts.indexOf(context), 1);
    }
  }

  /** @returns undefined while concurrent tests run: then an error that nothing has caught fails the whole file */
  getStore() {
    const tests = new Set(this.#contexts.map(({ test }) => test).filter((test) => test !== undefined));
    return tests.size > 1 ? undefined : this.#contexts.at(-1);
  }
}

/**
 * Jest's environment for Node, in a context whose global object is an ordinary one: the global object that Jest makes asks
 * a proxy at each use of `Math`, `Buffer` and all other globals, which takes a fifth of the time of tests that compute.
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
    isForRunner = true;
  }
}
