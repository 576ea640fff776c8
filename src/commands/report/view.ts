import type { Block, Room } from '../../outcome/result.ts';
import { countText, sumText } from '../../present/views/status.ts';
import { type RowState, STATES } from '../../report/page-data.ts';
import { membersFlat } from '../records/columns.ts';

/** The record of a written page. */
export interface Written {
  readonly file: string;
  readonly configurations: number;
  /** The sum of all known counts: a device counts once for each configuration. */
  readonly devices: number;
  /** Configurations with missing or invalid counts, which are not in `devices`. */
  readonly incomplete: number;
  /** Configurations that could not be read. */
  readonly failed: number;
  /** The number of configurations by their change if two listings were compared; else null. */
  readonly movements: Readonly<Record<RowState, number>> | null;
  readonly bytes: number;
}

export const WRITTEN_FLAT = membersFlat([
  'file',
  'configurations',
  'devices',
  'incomplete',
  'failed',
  ...STATES.map((state) => `movements.${state}`),
  'bytes',
]);

/** The summary of a written page. Its lines are wrapped to the width of the terminal. */
export function reportView(
  { file, configurations, devices, incomplete, failed, movements, bytes }: Written,
  { width = Number.POSITIVE_INFINITY }: Room,
): Block[] {
  const noun = configurations === 1 ? 'configuration' : 'configurations';
  const states = `${sumText(devices, incomplete > 0)} device states`;
  const lines = [
    ...filled([`${countText(configurations)} ${noun}`, states], width),
    ...(movements === null ? [] : filled(changedTexts(movements), width)),
  ];
  const lacking = [
    ...(incomplete > 0 ? [`${countText(incomplete)} with missing or invalid counts`] : []),
    ...(failed > 0 ? [`${countText(failed)} could not be read`] : []),
  ];
  return [
    {
      kind: 'line',
      cells: [
        { text: file, tone: 'strong' },
        { text: `written, ${countText(bytes)} bytes`, tone: 'dim' },
      ],
    },
    ...lines.map((text): Block => ({ kind: 'line', cells: [{ text }] })),
    ...lacking.map((text): Block => ({ kind: 'line', cells: [{ text, tone: 'error' }] })),
  ];
}

function changedTexts({
  changed,
  added,
  removed,
  same,
  unknown,
}: NonNullable<Written['movements']>): string[] {
  return [
    `${countText(changed)} changed`,
    `${countText(added)} added`,
    `${countText(removed)} removed`,
    `${countText(same)} unchanged`,
    ...(unknown === 0 ? [] : [`${countText(unknown)} not comparable`]),
  ];
}

/** Joins parts with commas, in lines of at most `width` columns. */
function filled(parts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line === undefined) lines.push(part);
    else if (line.length + part.length + 3 <= width) lines[lines.length - 1] = `${line}, ${part}`;
    else lines.splice(-1, 1, `${line},`, part);
  }
  return lines;
}
