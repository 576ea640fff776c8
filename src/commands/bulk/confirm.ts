import type { Room } from '../../outcome/result.ts';
import { colorWanted } from '../../present/color.ts';
import { present } from '../../present/index.ts';
import { planView } from '../../present/views/bulk.ts';
import type { Summary } from '../../runs/summary.ts';
import type { Invocation } from '../command.ts';
import { askToConfirm } from '../options/confirmation.ts';
import { isConfirmed } from '../options/questions.ts';
import { readOutputSettings } from '../options/settings.ts';
import type { OutputOptions, YesOptions } from '../options/shared-options.ts';

/** Shows a plan on the terminal, and prompts for confirmation, unless it is already given. @throws as `askToConfirm` */
export async function confirm(
  summary: Summary,
  { runtime, options }: Invocation<OutputOptions & YesOptions>,
): Promise<void> {
  if (isConfirmed({ options, env: runtime.env })) return;
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
  await askToConfirm(
    `Write ${summary.planned} ${summary.planned === 1 ? 'overview' : 'overviews'}?`,
    'nothing was written',
    { runtime, options },
  );
}
