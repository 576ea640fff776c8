import type { Block, Cell, Room } from '../../result.ts';
import { isNarrow } from './overview.ts';
import { countText } from './status.ts';

/** The counts of a run. */
export interface Counts {
  readonly run: string | null;
  readonly planned: number;
  readonly unchanged: number;
  readonly written: number;
  readonly mismatched: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly throttled: number;
  readonly rows: readonly ShownRow[];
}

export interface ShownRow {
  readonly line: number;
  readonly deviceConfigurationId: string;
  readonly via: string;
  readonly status: string;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly sent: Readonly<Record<string, unknown>> | null;
  readonly error: { readonly message: string } | null;
}

const LOOKS = [
  ['written', '✓', 'success'],
  ['unchanged', '–', 'dim'],
  ['mismatched', '≠', 'conflict'],
  ['failed', '✗', 'failed'],
  ['skipped', '○', 'not-applicable'],
] as const;

/** How many rows are shown one by one; the rest is in the data. */
const SHOWN = 20;

/** What a run came to: the counts, then the rows that need a look. */
export function summaryView(counts: Counts, room: Room): Block[] {
  const rows = LOOKS.map(([status, symbol, tone]): Cell[] => [
    { text: `${symbol} ${status}`, tone: counts[status] === 0 ? 'dim' : tone },
    { text: countText(counts[status]), tone: counts[status] === 0 ? 'dim' : 'plain' },
  ]);
  const pace = `${counts.seconds.toFixed(1)} s, ${countText(counts.throttled)} throttled`;
  const bad = counts.rows.filter(
    ({ error, status }) => error !== null || status === 'mismatched' || status === 'failed',
  );
  return [
    ...(counts.run === null ? [] : [{ kind: 'heading', text: counts.run } as const]),
    { kind: 'table', columns: [{ title: 'Rows' }, { title: 'Count', align: 'right' }], rows },
    { kind: 'line', cells: [{ text: pace, tone: 'dim' }] },
    ...rowsBlocks(bad, room),
  ];
}

/** What a plan would do: how many rows change, and the largest changes. */
export function planView(counts: Counts, room: Room): Block[] {
  const changes = counts.rows.filter(({ status, sent }) => status === 'skipped' && sent !== null);
  const largest = changes
    .map((row) => ({ row, size: sizeOf(row) }))
    .sort((one, other) => other.size - one.size)
    .slice(0, SHOWN);
  const line = `${countText(counts.planned)} to write, ${countText(counts.unchanged)} there already, ${countText(counts.failed)} not readable, ${countText(counts.skipped - changes.length)} left out`;
  const table: Block = {
    kind: 'table',
    columns: [{ title: 'Line', align: 'right' }, { title: 'Configuration' }, { title: 'Change' }],
    rows: largest.map(({ row }) => [
      { text: String(row.line), tone: 'dim' },
      { text: `${row.deviceConfigurationId}${row.via === 'direct' ? '' : ` via ${row.via}`}` },
      { text: changeText(row) },
    ]),
  };
  const bad = counts.rows.filter(({ error }) => error !== null);
  return [
    { kind: 'heading', text: line },
    ...(largest.length === 0 ? [] : isNarrow(room) ? largest.map(({ row }) => narrowChange(row)) : [table]),
    ...(changes.length > SHOWN
      ? [
          {
            kind: 'line',
            cells: [{ text: `and ${countText(changes.length - SHOWN)} more`, tone: 'dim' }],
          } as const,
        ]
      : []),
    ...rowsBlocks(bad, room),
  ];
}

/** The change of one row in words: `pendingCount 212 → 12`. */
export function changeText({ before, sent }: ShownRow): string {
  const parts = Object.entries(sent ?? {}).filter(
    ([name, value]) => before === null || before[name] !== value,
  );
  return parts
    .map(([name, value]) => `${name} ${before === null ? '' : `${before[name] ?? '–'} → `}${value}`)
    .join(', ');
}

function narrowChange(row: ShownRow): Block {
  return { kind: 'line', cells: [{ text: `line ${row.line}`, tone: 'dim' }, { text: changeText(row) }] };
}

function sizeOf({ before, sent }: ShownRow): number {
  return Object.entries(sent ?? {}).reduce((sum, [name, value]) => {
    const was = before?.[name];
    return sum + (typeof value === 'number' && typeof was === 'number' ? Math.abs(value - was) : 0);
  }, 0);
}

function rowsBlocks(rows: readonly ShownRow[], _room: Room): Block[] {
  const lines = rows.slice(0, SHOWN).map(
    (row): Block => ({
      kind: 'line',
      cells: [
        { text: `line ${row.line}`, tone: 'dim' },
        { text: row.deviceConfigurationId },
        { text: row.error?.message ?? row.status, tone: 'failed' },
      ],
    }),
  );
  const more = rows.length - lines.length;
  return more > 0
    ? [...lines, { kind: 'line', cells: [{ text: `and ${countText(more)} more`, tone: 'dim' }] }]
    : lines;
}

/** One line a run. */
export function runsView(records: readonly Readonly<Record<string, unknown>>[]): Block[] {
  if (records.length === 0) return [{ kind: 'line', cells: [{ text: 'no runs' }] }];
  const names = ['run', 'started', 'state', 'target', 'planned', 'written', 'failed'];
  const numbers = ['planned', 'written', 'failed'];
  const columns = names.map((title) => ({
    title,
    align: numbers.includes(title) ? ('right' as const) : ('left' as const),
  }));
  const rows = records.map((record) => names.map((name) => ({ text: String(record[name] ?? '–') })));
  return [{ kind: 'table', columns, rows }];
}
