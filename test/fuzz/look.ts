import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { Failure, type FailureKind } from '../../src/outcome/errors.ts';

/**
 ** Checks a property: with the given number of runs in the tests, or for FUZZ_SECONDS with `npm run fuzz`.
 ** FUZZ_SEED repeats the cases of an earlier run; FUZZ_REPORT is a file to which the result of each property is appended.
 ** @throws with the seed, the path and the smallest case, if the property does not hold
 */
export async function look<Case>(
  name: string,
  runs: number,
  property: fc.IRawProperty<Case>,
  { env } = process,
): Promise<void> {
  const { FUZZ_SECONDS, FUZZ_SEED, FUZZ_REPORT } = env;
  const first = FUZZ_SEED === undefined ? undefined : Number(FUZZ_SEED);
  const end = Date.now() + Number(FUZZ_SECONDS ?? 0) * 1_000;
  let cases = 0;
  let failure: string | undefined;
  do {
    const seed = first === undefined ? {} : { seed: first + cases };
    const details = await fc.check(property, { ...seed, numRuns: runs });
    cases += details.numRuns;
    if (details.failed)
      failure = `${fc.defaultReportMessage(details)}\n${String(details.errorInstance).slice(0, 2_000)}`;
  } while (failure === undefined && Date.now() < end);
  if (FUZZ_REPORT !== undefined) {
    appendFileSync(FUZZ_REPORT, `${JSON.stringify({ name, runs: cases, failed: failure !== undefined })}\n`);
  }
  if (failure !== undefined) throw new Error(failure);
}

/** The value of a step, or its Failure if it is of one of the kinds. Any other error is thrown. */
export async function orFailure<T>(
  kinds: readonly FailureKind[],
  step: () => T | Promise<T>,
): Promise<T | Failure> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof Failure && kinds.includes(error.kind)) return error;
    throw error;
  }
}
