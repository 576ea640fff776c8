import { labelOf } from '../overview/label.ts';

/**
 * Describes a run: `apply of rows.csv`, `undo of 20260102-030405-67891c0f`, `patch of Always On VPN (5a3b…)`.
 * @param displayName of the configuration of a patch, if known
 */
export function whatText(
  {
    command,
    source,
    undoes,
  }: {
    readonly command: string;
    readonly source: string | null;
    readonly undoes: string | null;
  },
  displayName?: string | null,
): string {
  if (undoes !== null) return `${command} of ${undoes}`;
  if (source === null) return command;
  return `${command} of ${source === '-' ? 'standard input' : labelOf(source, displayName)}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/**
 * Formats an age: `3 min ago`.
 * @param age in milliseconds
 */
export function ageText(age: number): string {
  const [unit, length] = UNITS.find(([, milliseconds]) => age >= milliseconds) ?? [];
  return length === undefined ? 'just now' : `${Math.floor(age / length)} ${unit} ago`;
}
