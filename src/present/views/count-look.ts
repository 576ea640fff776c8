import type { CountName } from '../../catalog/properties.ts';
import type { Tone } from '../../outcome/result.ts';
import { COUNTS } from '../../overview/devices.ts';

/** How a count looks: a symbol and a word say what the colour says. */
export interface CountLook {
  readonly symbol: string;
  readonly tone: Tone;
  /** For narrow tables. */
  readonly short: string;
}

/** Counts that share a bar's part and a column, since they mean much the same. */
export interface CountGroup {
  readonly tone: Tone;
  readonly symbol: string;
  /** Over a column. */
  readonly title: string;
  /** In a legend. */
  readonly word: string;
  /**
   * What a bar is drawn with. What went well or is still to come is a shade; what went wrong is its symbol, so that the
   * bar can be read without its colours.
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

/** In the order of bars and columns. */
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
