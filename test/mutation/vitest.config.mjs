// The same tests, run by Vitest, which runs a mutant in a tenth of the time that Jest takes to start. The imports from
// Jest in the tests have the same names in Vitest.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@jest/globals': fileURLToPath(new URL('jest-globals.mjs', import.meta.url)) } },
  test: {
    include: JSON.parse(process.env.MUTATION_TESTS),
    globalSetup: 'test/temporary-folder/set-up.mjs',
    // The files run in one worker, which loads the modules once for each mutant.
    isolate: false,
    testTimeout: 30_000,
  },
});
