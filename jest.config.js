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
  resolver: '<rootDir>/build/cell-width.cjs',
  globalSetup: '<rootDir>/test/temporary-folder/set-up.mjs',
  globalTeardown: '<rootDir>/test/temporary-folder/tear-down.mjs',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp'],
  testTimeout: 30_000,
  // Jest would leave one processor idle.
  maxWorkers: '100%',
  // Modules in a context of their own are never quite forgotten: a worker that has grown is started anew.
  workerIdleMemoryLimit: '500MB',
};
