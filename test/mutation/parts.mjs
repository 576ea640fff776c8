const SIGN_IN = [
  'check-token',
  'choose-credential',
  'credentials',
  'developer-tools',
  'identity-library',
  'managed-identity',
  'saved-sign-in',
  'token-manager',
];

/** The parts that are mutated, and the tests that must detect the mutants: those of the part itself, run in this process. */
export const PARTS = {
  overview: { files: ['src/overview/**/*.ts'], tests: ['test/overview/**/*.test.ts'] },
  graph: {
    files: ['src/graph/**/*.ts'],
    // The two others start programs, or decompress hundreds of megabytes.
    tests: ['test/graph/**/!(addresses|large-answers).test.ts'],
  },
  service: {
    files: ['src/service/**/*.ts'],
    tests: ['test/service/**/*.test.ts'],
  },
  input: { files: ['src/input/**/*.ts'], tests: ['test/input/**/*.test.ts'] },
  'sign-in': {
    files: ['src/sign-in/**/*.ts'],
    // The other tests of the folder start programs, or run complete commands.
    tests: SIGN_IN.map((name) => `test/sign-in/${name}.test.ts`),
  },
  runs: { files: ['src/runs/**/*.ts'], tests: ['test/runs/**/*.test.ts'] },
};
