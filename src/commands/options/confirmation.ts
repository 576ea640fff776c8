import { Failure, usage } from '../../outcome/errors.ts';
import { cleanLines } from '../../text/clean.ts';
import type { Invocation } from '../command.ts';
import { inputForbiddenBy, noInputText } from './questions.ts';
import type { OutputOptions } from './shared-options.ts';

/**
 * Asks for confirmation.
 * @param otherwise the consequence of any answer but yes, such as `nothing was written`
 * @throws a `refused` Failure for such an answer; a `usage` Failure if prompts are disabled or there is no terminal; an
 *   `interrupted` Failure for Ctrl-C
 */
export async function askToConfirm(
  question: string,
  otherwise: string,
  { runtime, options }: Pick<Invocation<OutputOptions>, 'runtime' | 'options'>,
): Promise<void> {
  const { ask, env, signal } = runtime;
  const forbidden = inputForbiddenBy({ options, env });
  // The question may contain a name from the tenant.
  const answer = forbidden === undefined ? await ask(`${cleanLines(question)} [y/N] `) : undefined;
  signal.throwIfAborted();
  if (answer === undefined) {
    const why = forbidden === undefined ? 'not a terminal' : noInputText(forbidden);
    throw usage(`${why}; ${otherwise}`, 'confirm with --yes');
  }
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('refused', `cancelled: ${otherwise}`);
}
