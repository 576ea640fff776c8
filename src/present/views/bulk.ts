import { PROPERTIES } from '../../catalog/properties.ts';
import type { Block, Cell, Room } from '../../outcome/result.ts';
import type { Overview } from '../../overview/difference.ts';
import { instantOf } from '../../overview/instant.ts';
import { labelOf } from '../../overview/label.ts';
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
  readonly displayName: string | null;
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

/** Terminal columns between two cells of a table. */
const GAP = 2;

/** How many rows of a plan, and of the rows with problems, are shown. The data has all of them. */
const MAX_SHOWN = { planned: 10, problems: 20 };

/** The result of a run: the counts, then the rows with problems. */
export function summaryView(counts: Counts): Block[] {
  const throttled = counts.throttled === 0 ? '' : `, ${countText(counts.throttled)} throttled`;
  const timing = `${counts.seconds.toFixed(1)} s${throttled}`;
  const bad = counts.rows.filter(
    ({ error, status }) => error !== null || status === 'mismatched' || status === 'failed',
  );
  return [
    ...(counts.run === null ? [] : [{ kind: 'heading', text: counts.run } as const]),
    countsTable(counts),
    { kind: 'line', cells: [{ text: timing, tone: 'dim' }] },
    ...rowsBlocks(bad),
  ];
}

/** A past run: its description, the counts, and every row. */
export function accountView(
  counts: Omit<Counts, 'seconds' | 'throttled'>,
  about: string,
  room: Room,
): Block[] {
  return [
    { kind: 'heading', text: counts.run ?? '' },
    { kind: 'line', cells: [{ text: about, tone: 'dim' }] },
    countsTable(counts),
    ...rowBlocks(counts.rows, room, true),
  ];
}

/** The number of rows with each status, except zeros. */
function countsTable(counts: Pick<Counts, (typeof LOOKS)[number][0]>): Block {
  const rows = LOOKS.filter(([status]) => counts[status] > 0).map(([status, symbol, tone]): Cell[] => [
    { text: `${symbol} ${status}`, tone },
    { text: countText(counts[status]) },
  ]);
  if (rows.length === 0) return { kind: 'line', cells: [{ text: 'no rows', tone: 'dim' }] };
  return { kind: 'table', columns: [{ title: 'Rows' }, { title: 'Count', align: 'right' }], rows };
}

function statusCell({ status }: ShownRow): Cell {
  const [, symbol = ' ', tone = 'plain'] = LOOKS.find(([name]) => name === status) ?? [];
  return { text: `${symbol} ${status}`, tone };
}

/** A plan: the first changes in the order of the file, then the rows that are not written, with the reasons. */
export function planView(counts: Counts, room: Room): Block[] {
  const changes = counts.rows.filter(({ status }) => status === 'planned');
  const first = changes.slice(0, MAX_SHOWN.planned);
  const bad = counts.rows.filter(({ error }) => error !== null);
  return [
    {
      kind: 'heading',
      text: counts.planned === 0 ? 'nothing to write' : `${countText(counts.planned)} to write`,
    },
    ...rowBlocks(first, room, false),
    ...moreLine(changes.length - first.length),
    ...backwardsLines(changes),
    ...unwrittenLine(counts),
    ...rowsBlocks(bad),
  ];
}

function unwrittenLine({ unchanged, failed, skipped }: Counts): Block[] {
  const parts = [
    [unchanged, 'already up to date'],
    [failed, 'not readable'],
    [skipped, 'skipped'],
  ] as const;
  const some = parts.filter(([count]) => count > 0).map(([count, what]) => `${countText(count)} ${what}`);
  if (some.length === 0) return [];
  return [{ kind: 'line', cells: [{ text: `not written: ${some.join(', ')}`, tone: 'dim' }] }];
}

/** Rows with their change or error: as a table if no cell has to be truncated, otherwise as lines. */
function rowBlocks(rows: readonly ShownRow[], room: Room, withStatus: boolean): Block[] {
  if (rows.length === 0) return [];
  const named = rows.some(({ displayName }) => displayName !== null);
  const columns = [
    { title: 'Line', align: 'right' } as const,
    ...(withStatus ? [{ title: 'Status', whole: true }] : []),
    ...(named ? [{ title: 'Name', whole: true }] : []),
    { title: named ? 'Id' : 'Configuration', whole: true },
    { title: 'Change' },
  ];
  const cells = rows.map((row): Cell[] => [
    { text: String(row.line), tone: 'dim' },
    ...(withStatus ? [statusCell(row)] : []),
    ...(named ? [{ text: row.displayName ?? '–' }] : []),
    { text: idText(row), tone: named ? 'dim' : 'plain' },
    { text: whatText(row) },
  ]);
  const table: Table = { kind: 'table', columns, rows: cells };
  if (!isNarrow(room) && fits(table, room)) return [table];
  return rows.flatMap((row) => stackedRow(row, room, withStatus));
}

/** One row as lines. The name and the id are on one line if both fit. */
function stackedRow(row: ShownRow, { width = Number.POSITIVE_INFINITY }: Room, withStatus: boolean): Block[] {
  const head: Cell[] = [
    { text: `line ${row.line}`, tone: 'dim' },
    ...(withStatus ? [statusCell(row)] : []),
    ...(row.displayName === null ? [] : [{ text: row.displayName }]),
  ];
  const id: Cell = { text: idText(row), tone: row.displayName === null ? 'plain' : 'dim' };
  const joined = [...head, id];
  const together = joined.reduce((sum, { text }) => sum + columnsOf(text) + 1, -1) <= width;
  const lines: Cell[][] = together ? [joined] : [head, [{ ...id, text: `  ${id.text}` }]];
  const what = whatText(row);
  if (what !== '') lines.push([{ text: `  ${what}` }]);
  return lines.map((line): Block => ({ kind: 'line', cells: line }));
}

function idText({ deviceConfigurationId, via }: ShownRow): string {
  return via === 'direct' ? deviceConfigurationId : `${deviceConfigurationId} via ${via}`;
}

function whatText(row: ShownRow): string {
  return row.error?.message ?? changeText(row);
}

/** Whether the table fits without truncation: what is about to be written must not be truncated. */
function fits({ columns, rows }: Table, { width }: Room): boolean {
  if (width === undefined) return true;
  const widths = columns.map(({ title }, place) =>
    rows.reduce((most, row) => Math.max(most, columnsOf(row[place]?.text ?? '')), title.length),
  );
  return widths.reduce((sum, one) => sum + one + GAP, -GAP) <= width;
}

/** An upper limit of the width of a text in terminal columns: East Asian characters and emoji take two. */
function columnsOf(text: string): number {
  return [...text].reduce((sum, character) => sum + ((character.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1), 0);
}

/** The change of one row: `pendingCount 212 → 12`. */
function changeText({ before, sent }: ShownRow): string {
  const parts = Object.entries(sent ?? {}).filter(
    ([name, value]) => before === null || before[name] !== value,
  );
  return parts
    .map(([name, value]) => `${name} ${before === null ? '' : `${beforeText(before, name)} → `}${value}`)
    .join(', ');
}

/** The value before: a count as JSON, so that a count that the service returned as a string has quotes. */
function beforeText(before: Overview, name: string): string {
  const isNumber = PROPERTIES.some((row) => row.name === name && row.type === 'Edm.Int32');
  return isNumber && Object.hasOwn(before, name) ? JSON.stringify(before[name]) : shownText(before[name]);
}

function moreLine(count: number): Block[] {
  return count > 0 ? [{ kind: 'line', cells: [{ text: `and ${countText(count)} more`, tone: 'dim' }] }] : [];
}

/** A warning about rows that set an older date or version, usually from an outdated spreadsheet cell. */
function backwardsLines(rows: readonly ShownRow[]): Block[] {
  const lines = rows.filter(movesBackwards).map(({ line }) => line);
  if (lines.length === 0) return [];
  const which = `${lines.slice(0, MAX_SHOWN.planned).join(', ')}${lines.length > MAX_SHOWN.planned ? ', …' : ''}`;
  const text = `${countText(lines.length)} ${lines.length === 1 ? 'row moves' : 'rows move'} lastUpdateDateTime or configurationVersion backwards (line ${which}): --base <export> writes only edited cells`;
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
  const lines = rows.slice(0, MAX_SHOWN.problems).map(
    (row): Block => ({
      kind: 'line',
      cells: [
        { text: `line ${row.line}`, tone: 'dim' },
        { text: labelOf(row.deviceConfigurationId, row.displayName) },
        { text: row.error?.message ?? row.status, tone: 'failed' },
      ],
    }),
  );
  return [...lines, ...moreLine(rows.length - lines.length)];
}
