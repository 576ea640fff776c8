// The same tests as ever, run by Vitest: it runs a mutant in a tenth of the time that Jest takes to start. What the tests
// import of Jest, Vitest has under the same names.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@jest/globals': fileURLToPath(new URL('jest-globals.mjs', import.meta.url)) } },
  test: {
    include: JSON.parse(process.env.MUTATION_TESTS),
    globalSetup: 'test/temporary-folder/set-up.mjs',
    testTimeout: 30_000,
  },
});
