import type { Block } from '../../outcome/result.ts';
import { countText, sumText } from '../../present/views/status.ts';
import { type RowState, STATES } from '../../report/page-data.ts';
import { membersFlat } from '../records/columns.ts';

/** What was written, and of what. */
export interface Written {
  readonly file: string;
  readonly configurations: number;
  /** All device states that are known: a device counts once for each configuration. */
  readonly devices: number;
  /** Configurations with counts that are missing or no numbers, so that `devices` lacks them. */
  readonly incomplete: number;
  /** Configurations that could not be read. */
  readonly failed: number;
  /** How many configurations of each kind, where two listings were compared; else null. */
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

/** Two or three lines that say what is in the file. */
export function reportView({
  file,
  configurations,
  devices,
  incomplete,
  failed,
  movements,
  bytes,
}: Written): Block[] {
  const noun = configurations === 1 ? 'configuration' : 'configurations';
  const lines: Block[] = [
    {
      kind: 'line',
      cells: [
        { text: file, tone: 'strong' },
        { text: `written, ${countText(bytes)} bytes`, tone: 'dim' },
      ],
    },
    {
      kind: 'line',
      cells: [
        { text: `${countText(configurations)} ${noun}, ${sumText(devices, incomplete > 0)} device states` },
      ],
    },
  ];
  if (movements !== null) lines.push({ kind: 'line', cells: [{ text: changedText(movements) }] });
  if (incomplete > 0) {
    const text = `${countText(incomplete)} with missing or invalid counts`;
    lines.push({ kind: 'line', cells: [{ text, tone: 'error' }] });
  }
  if (failed > 0) {
    lines.push({ kind: 'line', cells: [{ text: `${countText(failed)} could not be read`, tone: 'error' }] });
  }
  return lines;
}

function changedText({ changed, added, removed, same, unknown }: Readonly<Record<RowState, number>>): string {
  const known = `${countText(changed)} changed, ${countText(added)} added, ${countText(removed)} removed`;
  const rest = unknown === 0 ? '' : `, ${countText(unknown)} not comparable`;
  return `${known}, ${countText(same)} unchanged${rest}`;
}
