import { Failure } from '../outcome/errors.ts';

/**
 * Watches how this process ends. Until `finished` is called, every end is reported as a failure: an empty event loop while
 * the command still waits, `process.exit` called by a library, an uncaught exception. The listener is on `exit`, not
 * `beforeExit`, since `process.exit` skips the latter.
 * @param report writes one failure, synchronously
 * @param unexpected turns an error that is not a Failure into one
 */
export function watchEnd(
  signal: () => AbortSignal,
  report: (failure: Failure) => void,
  unexpected: (error: unknown) => Promise<Failure>,
  leave: () => Promise<void>,
): { finished(): void } {
  // The exit code if the process ends without an explicit one.
  process.exitCode = 1;
  let finished = false;
  let crash: Failure | undefined;
  // Reported here, since a full-screen view has been closed by then.
  process.on('exit', () => {
    if (finished && crash === undefined) return;
    const { aborted, reason } = signal();
    const failure = crash ?? (aborted && reason instanceof Failure ? reason : endedEarly());
    process.exitCode = failure.exitCode;
    report(failure);
  });
  // Unhandled rejections arrive here as well.
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
