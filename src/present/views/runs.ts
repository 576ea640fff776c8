import type { Block, Cell, Column, Room } from '../../outcome/result.ts';
import { isNarrow } from './overview.ts';

/** The target of a run. */
interface Target {
  readonly graph: string;
  readonly apiVersion: string;
}

/** One run in the list. */
interface Run {
  readonly run: string;
  /** Such as `3 min ago`. */
  readonly age: string;
  /** Such as `apply of rows.csv`. */
  readonly what: string;
  readonly state: string;
  readonly target: Target;
  readonly planned: number;
  readonly written: number;
  readonly failed: number;
}

const COLUMNS: readonly (Column & { readonly name: keyof Run; readonly wide?: true })[] = [
  { name: 'run', title: 'Run', whole: true },
  { name: 'age', title: 'Started', whole: true },
  { name: 'state', title: 'State', whole: true },
  { name: 'what', title: 'What' },
  { name: 'target', title: 'Target', wide: true },
  { name: 'planned', title: 'Planned', align: 'right' },
  { name: 'written', title: 'Written', align: 'right' },
  { name: 'failed', title: 'Failed', align: 'right' },
];

/** The minimum terminal width with which the target has its own column. */
const WIDE = 120;

/** One line for each run, the newest first; three in a narrow terminal. */
export function runsView(records: readonly Run[], room: Room): Block[] {
  if (records.length === 0) return [{ kind: 'line', cells: [{ text: 'no runs' }] }];
  if (isNarrow(room)) return records.flatMap(narrowRun);
  const columns = COLUMNS.filter(({ wide }) => wide !== true || (room.width ?? WIDE) >= WIDE);
  const rows = records.map((record) => columns.map(({ name }) => cellOf(record, name)));
  return [{ kind: 'table', columns, rows }];
}

function narrowRun(record: Run): Block[] {
  const text = `  ${record.written} of ${record.planned} written, ${record.failed} failed`;
  return [
    { kind: 'line', cells: [cellOf(record, 'run'), cellOf(record, 'state')] },
    { kind: 'line', cells: [{ text: `  ${record.what}, ${record.age}` }] },
    { kind: 'line', cells: [{ text }] },
  ];
}

/** `local beta`. */
export function targetText({ graph, apiVersion }: Target): string {
  return `${graph} ${apiVersion}`;
}

function cellOf(record: Run, name: keyof Run): Cell {
  const text = name === 'target' ? targetText(record.target) : String(record[name]);
  if (name === 'run') return { text, tone: 'strong' };
  if (name === 'state') return { text, tone: text === 'done' ? 'success' : 'pending' };
  if (name === 'failed' && text !== '0') return { text, tone: 'failed' };
  return { text };
}
