// The same tests, run by Vitest, which runs a mutant in a tenth of the time that Jest takes to start. The imports from
// Jest in the tests have the same names in Vitest.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

/** Short files first: most mutants are detected by several files, and the first failure ends the run. */
class ShortFirst extends BaseSequencer {
  async sort(files) {
    return (await super.sort(files)).reverse();
  }
}

export default defineConfig({
  resolve: { alias: { '@jest/globals': fileURLToPath(new URL('jest-globals.mjs', import.meta.url)) } },
  test: {
    include: JSON.parse(process.env.MUTATION_TESTS),
    globalSetup: 'test/temporary-folder/set-up.mjs',
    setupFiles: 'test/mutation/load-part.mjs',
    // The files run in one worker, which loads the modules once for each mutant.
    isolate: false,
    // A mutant that waits without end is detected by this time; without a mutant, no test of the parts needs a third of it.
    testTimeout: 8_000,
    sequence: { sequencer: ShortFirst },
  },
});
