import { Failure } from '../outcome/errors.ts';

/**
 * Watches how this process ends. Until `finished` is called every end is a failure, and is reported as one: an event loop
 * with nothing left to do while the command still waits, `process.exit` called by a library, an exception that nobody
 * caught. The listener is on `exit`, not `beforeExit`, since `process.exit` skips the latter.
 * @param report writes one failure, at once
 * @param unexpected words an error that is not a Failure
 */
export function watchEnd(
  signal: () => AbortSignal,
  report: (failure: Failure) => void,
  unexpected: (error: unknown) => Promise<Failure>,
  leave: () => Promise<void>,
): { finished(): void } {
  // Whoever ends the process without a code of its own ends it with this one.
  process.exitCode = 1;
  let finished = false;
  let crash: Failure | undefined;
  // Only here: what covers the terminal has been taken away by then.
  process.on('exit', () => {
    if (finished && crash === undefined) return;
    const { aborted, reason } = signal();
    const failure = crash ?? (aborted && reason instanceof Failure ? reason : endedEarly());
    process.exitCode = failure.exitCode;
    report(failure);
  });
  // Rejections that nobody handles arrive here as well.
  process.on('uncaughtException', async (error: unknown) => {
    crash ??= error instanceof Failure ? error : await unexpected(error);
    await leave();
  });
  return {
    finished() {
      finished = true;
    },
  };
}

function endedEarly(): Failure {
  return new Failure('unexpected', 'graph-overview ended before the command finished', {
    hint: 'this is a defect of graph-overview: please report it with the command line, without secrets',
  });
}
