import type { CountName } from '../../catalog/properties.ts';
import type { Tone } from '../../outcome/result.ts';
import { COUNTS } from '../../overview/devices.ts';

/** The appearance of a count. The symbol and the word repeat the meaning of the colour. */
export interface CountLook {
  readonly symbol: string;
  readonly tone: Tone;
  /** For narrow tables. */
  readonly short: string;
}

/** Counts with a similar meaning, which share a column and a segment of a bar. */
export interface CountGroup {
  readonly tone: Tone;
  readonly symbol: string;
  /** The title of the column. */
  readonly title: string;
  /** The word in a legend. */
  readonly word: string;
  /**
   * The character of the segment in a bar: a shade for success, pending and not applicable, and the symbol for problems, so
   * that the bar can be read without colours.
   */
  readonly fill: string;
  readonly names: readonly CountName[];
}

/** The group of each count, by its tone, and its label in narrow tables. */
const COUNT_LOOKS = {
  pendingCount: { tone: 'pending', short: 'Pending' },
  notApplicableCount: { tone: 'not-applicable', short: 'N/A' },
  notApplicablePlatformCount: { tone: 'not-applicable', short: 'N/A platf.' },
  successCount: { tone: 'success', short: 'Success' },
  errorCount: { tone: 'error', short: 'Error' },
  failedCount: { tone: 'failed', short: 'Failed' },
  conflictCount: { tone: 'conflict', short: 'Conflict' },
} as const satisfies Readonly<Record<CountName, Omit<CountLook, 'symbol'>>>;

type GroupTone = (typeof COUNT_LOOKS)[CountName]['tone'];

/** The groups in the order of bars and columns. */
const GROUP_LOOKS: Readonly<Record<GroupTone, Omit<CountGroup, 'tone' | 'names'>>> = {
  pending: { symbol: '◌', title: 'Pending', word: 'pending', fill: '░' },
  success: { symbol: '✓', title: 'Success', word: 'success', fill: '█' },
  error: { symbol: '!', title: 'Error', word: 'error', fill: '!' },
  failed: { symbol: '✗', title: 'Failed', word: 'failed', fill: '✗' },
  conflict: { symbol: '≠', title: 'Conflict', word: 'conflict', fill: '≠' },
  'not-applicable': { symbol: '–', title: 'N/A', word: 'not applicable', fill: '·' },
};

export const COUNT_GROUPS: readonly CountGroup[] = (Object.keys(GROUP_LOOKS) as GroupTone[]).map((tone) => ({
  tone,
  ...GROUP_LOOKS[tone],
  names: COUNTS.map(({ name }) => name).filter((name) => COUNT_LOOKS[name].tone === tone),
}));

export function lookOf(name: CountName): CountLook {
  const look = COUNT_LOOKS[name];
  return { ...look, symbol: GROUP_LOOKS[look.tone].symbol };
}
