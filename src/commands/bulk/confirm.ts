import { Failure } from '../../outcome/errors.ts';
import type { Room } from '../../outcome/result.ts';
import { colorWanted } from '../../present/color.ts';
import { present } from '../../present/index.ts';
import { planView } from '../../present/views/bulk.ts';
import type { Summary } from '../../runs/summary.ts';
import type { Invocation } from '../command.ts';
import { readOutputSettings } from '../options/settings.ts';
import type { OutputOptions } from '../options/shared-options.ts';

/**
 * Shows a plan on the terminal, and asks whether it is to be carried out.
 * @throws a `refused` Failure where the answer is no, a `usage` Failure where nobody can be asked, an `interrupted` one
 * for Ctrl-C
 */
export async function confirm(
  summary: Summary,
  { runtime, options }: Invocation<OutputOptions>,
): Promise<void> {
  if (options.quiet !== true) {
    const { env, stderr } = runtime;
    const view = (_: unknown, room: Room) => planView(summary, room);
    const plan = { data: { value: summary }, flat: undefined, view };
    const { color } = readOutputSettings({ options, env });
    const how = {
      format: 'table' as const,
      query: undefined,
      color: colorWanted(color, env, stderr),
      width: stderr.columns,
    };
    await present(plan, how, stderr);
  }
  const answer = await runtime.ask(`Write ${summary.planned} overviews? [y/N] `);
  runtime.signal.throwIfAborted();
  if (answer === undefined) {
    throw new Failure('usage', 'nobody can be asked here, so nothing is written', {
      hint: 'look with `--dry-run`, then give `--yes`',
    });
  }
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new Failure('refused', 'the answer was no: nothing was written');
}
