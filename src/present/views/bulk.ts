import { PROPERTIES } from '../../catalog/properties.ts';
import type { Block, Cell, Room } from '../../outcome/result.ts';
import type { Overview } from '../../overview/difference.ts';
import { instantOf } from '../../overview/instant.ts';
import { isNarrow } from './overview.ts';
import { shownText } from './shown.ts';
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

interface ShownRow {
  readonly line: number;
  readonly deviceConfigurationId: string;
  readonly via: string;
  readonly status: string;
  readonly before: Overview | null;
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

type Table = Extract<Block, { kind: 'table' }>;

/** Columns between two cells of a table. */
const GAP = 2;

/** How many rows are shown one by one, of a plan and of what went wrong; the rest is in the data. */
const SHOWN = { planned: 10, wrong: 20 };

/** What a run came to: the counts, then the rows that need a look. */
export function summaryView(counts: Counts): Block[] {
  const pace = `${counts.seconds.toFixed(1)} s, ${countText(counts.throttled)} throttled`;
  const bad = counts.rows.filter(
    ({ error, status }) => error !== null || status === 'mismatched' || status === 'failed',
  );
  return [
    ...(counts.run === null ? [] : [{ kind: 'heading', text: counts.run } as const]),
    countsTable(counts),
    { kind: 'line', cells: [{ text: pace, tone: 'dim' }] },
    ...rowsBlocks(bad),
  ];
}

/** A past run: what it was, the counts, and every row. */
export function accountView(
  counts: Omit<Counts, 'seconds' | 'throttled'>,
  about: string,
  room: Room,
): Block[] {
  const columns = [
    { title: 'Line', align: 'right' } as const,
    { title: 'Status', whole: true },
    { title: 'Configuration', whole: true },
    { title: 'Change' },
  ];
  const rows = counts.rows.map((row): Cell[] => [
    { text: String(row.line), tone: 'dim' },
    statusCell(row),
    { text: configurationText(row) },
    { text: row.error?.message ?? changeText(row) },
  ]);
  const stacked = rows.flatMap(([line, status, id, change]): Block[] => [
    { kind: 'line', cells: [{ text: `line ${line?.text}`, tone: 'dim' }, status as Cell] },
    { kind: 'line', cells: [{ text: `  ${id?.text}` }] },
    ...(change?.text ? [{ kind: 'line', cells: [{ text: `  ${change.text}` }] } as const] : []),
  ]);
  return [
    { kind: 'heading', text: counts.run ?? '' },
    { kind: 'line', cells: [{ text: about, tone: 'dim' }] },
    countsTable(counts),
    ...(isNarrow(room) || !fits({ kind: 'table', columns, rows }, room)
      ? stacked
      : [{ kind: 'table', columns, rows } as const]),
  ];
}

function countsTable(counts: Pick<Counts, (typeof LOOKS)[number][0]>): Block {
  const rows = LOOKS.map(([status, symbol, tone]): Cell[] => [
    { text: `${symbol} ${status}`, tone: counts[status] === 0 ? 'dim' : tone },
    { text: countText(counts[status]), tone: counts[status] === 0 ? 'dim' : 'plain' },
  ]);
  return { kind: 'table', columns: [{ title: 'Rows' }, { title: 'Count', align: 'right' }], rows };
}

function statusCell({ status }: ShownRow): Cell {
  const [, symbol = ' ', tone = 'plain'] = LOOKS.find(([name]) => name === status) ?? [];
  return { text: `${symbol} ${status}`, tone };
}

function configurationText({ deviceConfigurationId, via }: ShownRow): string {
  return via === 'direct' ? deviceConfigurationId : `${deviceConfigurationId} via ${via}`;
}

/** What a plan would do: how many rows change, and the first changes in the order of the file. */
export function planView(counts: Counts, room: Room): Block[] {
  const changes = counts.rows.filter(({ status }) => status === 'planned');
  const first = changes.slice(0, SHOWN.planned);
  const line = `${countText(counts.planned)} to write, ${countText(counts.unchanged)} there already, ${countText(counts.failed)} not readable, ${countText(counts.skipped)} left out`;
  const table: Table = {
    kind: 'table',
    columns: [
      { title: 'Line', align: 'right' },
      { title: 'Configuration', whole: true },
      { title: 'Change' },
    ],
    rows: first.map((row) => [
      { text: String(row.line), tone: 'dim' },
      { text: configurationText(row) },
      { text: changeText(row) },
    ]),
  };
  const bad = counts.rows.filter(({ error }) => error !== null);
  return [
    { kind: 'heading', text: line },
    ...(first.length === 0
      ? []
      : isNarrow(room) || !fits(table, room)
        ? first.flatMap(narrowChange)
        : [table]),
    ...moreLine(changes.length - first.length),
    ...backwardsLines(changes),
    ...rowsBlocks(bad),
  ];
}

/** Whether every change can be read whole: what is about to be written is not cut. */
function fits({ columns, rows }: Table, { width }: Room): boolean {
  if (width === undefined) return true;
  const widths = columns.map(({ title }, place) =>
    rows.reduce((most, row) => Math.max(most, row[place]?.text.length ?? 0), title.length),
  );
  return widths.reduce((sum, one) => sum + one + GAP, -GAP) <= width;
}

/** The change of one row in words: `pendingCount 212 → 12`. */
function changeText({ before, sent }: ShownRow): string {
  const parts = Object.entries(sent ?? {}).filter(
    ([name, value]) => before === null || before[name] !== value,
  );
  return parts
    .map(([name, value]) => `${name} ${before === null ? '' : `${beforeText(before, name)} → `}${value}`)
    .join(', ');
}

/** A number as it is, as the new one is; a number that came as a string is told from it by its quotes. */
function beforeText(before: Overview, name: string): string {
  const isNumber = PROPERTIES.some((row) => row.name === name && row.type === 'Edm.Int32');
  return isNumber && Object.hasOwn(before, name) ? JSON.stringify(before[name]) : shownText(before[name]);
}

function narrowChange(row: ShownRow): Block[] {
  const head = [{ text: `line ${row.line}`, tone: 'dim' } as const, { text: configurationText(row) }];
  return [
    { kind: 'line', cells: head },
    { kind: 'line', cells: [{ text: `  ${changeText(row)}` }] },
  ];
}

function moreLine(count: number): Block[] {
  return count > 0 ? [{ kind: 'line', cells: [{ text: `and ${countText(count)} more`, tone: 'dim' }] }] : [];
}

/** Rows that would make an overview look older than it is: a stale cell of a spreadsheet, as a rule. */
function backwardsLines(rows: readonly ShownRow[]): Block[] {
  const lines = rows.filter(movesBackwards).map(({ line }) => line);
  if (lines.length === 0) return [];
  const which = `${lines.slice(0, SHOWN.planned).join(', ')}${lines.length > SHOWN.planned ? ', …' : ''}`;
  const text = `${countText(lines.length)} ${lines.length === 1 ? 'row moves' : 'rows move'} lastUpdateDateTime or configurationVersion backwards (line ${which}): --base <export> writes edited cells alone`;
  return [{ kind: 'line', cells: [{ text, tone: 'error' }] }];
}

function movesBackwards({ before, sent }: ShownRow): boolean {
  return Object.entries(sent ?? {}).some(([name, value]) => {
    const was = before?.[name];
    if (name === 'configurationVersion') return Number(value) < Number(was);
    if (name !== 'lastUpdateDateTime' || typeof was !== 'string') return false;
    const [from, to] = [instantOf(was), instantOf(String(value))];
    return from !== undefined && to !== undefined && to < from;
  });
}

function rowsBlocks(rows: readonly ShownRow[]): Block[] {
  const lines = rows.slice(0, SHOWN.wrong).map(
    (row): Block => ({
      kind: 'line',
      cells: [
        { text: `line ${row.line}`, tone: 'dim' },
        { text: row.deviceConfigurationId },
        { text: row.error?.message ?? row.status, tone: 'failed' },
      ],
    }),
  );
  return [...lines, ...moreLine(rows.length - lines.length)];
}
