import { availableParallelism } from 'node:os';

/** Tests run the TypeScript sources as ES modules; swc only strips the types. */
export default {
  testEnvironment: '<rootDir>/test/support/environment.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  resolver: '<rootDir>/test/support/resolver.cjs',
  testSequencer: '<rootDir>/test/support/sequencer.cjs',
  globalSetup: '<rootDir>/test/temporary-folder/set-up.mjs',
  globalTeardown: '<rootDir>/test/temporary-folder/tear-down.mjs',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp'],
  testTimeout: 30_000,
  // Many tests wait for a process or a server, so more workers than processors keep the processors busy.
  maxWorkers: availableParallelism() * 2,
  // Jest does not free all modules of a test file. A worker above this limit is replaced, which takes a second or more.
  workerIdleMemoryLimit: '1500MB',
};
