import type { Block, Cell, Room } from '../../outcome/result.ts';
import { allDevicesOf, COUNTS, countOf, invalidCounts } from '../../overview/devices.ts';
import type { Overview } from '../../overview/difference.ts';
import { labelOf } from '../../overview/label.ts';
import { COUNT_COLUMNS, countCells, countsWidth, noCounts } from './count-columns.ts';
import { lookOf } from './count-look.ts';
import { overviewView, titleBlocks } from './overview.ts';
import { heldText, shareText } from './status.ts';

/** The result of `wait` for one configuration. */
export interface Waited {
  readonly deviceConfigurationId: string;
  readonly displayName: string | null;
  readonly overview: Overview | null;
  readonly holds: boolean;
  readonly error?: { readonly message: string };
}

/** Terminal columns between two cells. */
const GAP = 2;

/** The condition, and the route of the overviews. */
export interface WaitedFor {
  readonly condition: string;
  readonly via: string;
}

/** The result of `wait`: a single overview completely, several with their counts in columns. */
export function waitedView(records: readonly Waited[], waited: WaitedFor, room: Room): Block[] {
  const [only] = records;
  const { condition } = waited;
  if (records.length === 1 && only !== undefined) return oneView(only, waited, room);
  const held = records.filter(({ holds }) => holds).length;
  const summary: Block = {
    kind: 'line',
    cells: [{ text: `${condition}: holds for ${held} of ${records.length}`, tone: 'dim' }],
  };
  const overviews = records.flatMap(({ overview }) => (overview === null ? [] : [{ overview }]));
  const fits = GAP + countsWidth(overviews, GAP) <= (room.width ?? Number.POSITIVE_INFINITY);
  return fits ? [tableOf(records), summary] : [...records.flatMap(stacked), summary];
}

function oneView(record: Waited, { condition, via }: WaitedFor, room: Room): Block[] {
  const { holds, error, deviceConfigurationId: configurationId, displayName, overview } = record;
  const title = { configurationId, displayName, via };
  const result: Block = {
    kind: 'line',
    cells: [resultCell(holds), { text: `(${condition})`, tone: 'dim' }],
  };
  const problem: Block[] = error === undefined ? [] : [{ kind: 'line', cells: [errorCell(error)] }];
  if (overview === null || COUNTS.every(({ name }) => overview[name] === undefined))
    return [...titleBlocks(title), result, ...problem];
  const blocks = overviewView(overview, title, room);
  return blocks.toSpliced(titleBlocks(title).length, 0, result, ...problem);
}

function tableOf(records: readonly Waited[]): Block {
  const rows = records.flatMap((record) => [
    [
      {
        text: `${markOf(record.holds)} ${labelOf(record.deviceConfigurationId, record.displayName)}`,
        tone: record.holds ? 'success' : 'failed',
      } as const,
    ],
    ...(record.error === undefined ? [] : [[errorCell(record.error)]]),
    [
      { text: '' },
      ...(record.overview !== null && isRead(record.overview)
        ? countCells({ overview: record.overview })
        : noCounts()),
    ],
  ]);
  return { kind: 'table', columns: [{ title: '' }, ...COUNT_COLUMNS], rows };
}

function stacked(record: Waited): Block[] {
  const overview = record.overview ?? {};
  const devices = allDevicesOf(overview);
  const invalid = record.overview === null ? [] : invalidCounts(overview);
  const shown = COUNTS.filter((row) => invalid.includes(row) || (countOf(overview, row.name) ?? 0) > 0);
  const parts = shown.map(({ name }): Block => {
    const { symbol, tone, short } = lookOf(name);
    const count = countOf(overview, name);
    const share = shareText(count, devices);
    const text = `  ${symbol} ${short} ${heldText(overview, name)}${share === '–' ? '' : ` (${share})`}`;
    return { kind: 'line', cells: [{ text, tone }] };
  });
  return [
    ...titleBlocks({
      configurationId: record.deviceConfigurationId,
      displayName: record.displayName,
      via: 'direct',
    }),
    { kind: 'line', cells: [resultCell(record.holds)] },
    ...(record.error === undefined ? [] : [{ kind: 'line', cells: [errorCell(record.error)] } as const]),
    ...parts,
  ];
}

function resultCell(holds: boolean): Cell {
  return {
    text: `${markOf(holds)} ${holds ? 'holds' : 'does not hold'}`,
    tone: holds ? 'success' : 'failed',
  };
}

function markOf(holds: boolean): string {
  return holds ? '✓' : '✗';
}

function errorCell({ message }: NonNullable<Waited['error']>): Cell {
  return { text: `! not read at the last check: ${message}`, tone: 'error' };
}

function isRead(overview: Overview): boolean {
  return COUNTS.some(({ name }) => countOf(overview, name) !== undefined);
}
