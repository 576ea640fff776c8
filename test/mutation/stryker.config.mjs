// One part of the program under mutation; run.mjs sets MUTATION_FILES.
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.mjs', related: false },
  mutate: JSON.parse(process.env.MUTATION_FILES),
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 2),
  // TypeScript 7 has no interface for Stryker, and none is needed here.
  tsconfigFile: 'none',
  ignorePatterns: ['/docs', '/bench', '/reports'],
  reporters: ['json', 'clear-text', 'progress-append-only'],
  jsonReporter: { fileName: process.env.MUTATION_REPORT },
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  tempDirName: '.stryker-tmp',
  timeoutMS: 5_000,
};
