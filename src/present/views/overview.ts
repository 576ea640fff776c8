import { PROPERTIES } from '../../catalog/properties.ts';
import type { Block, Cell, Room } from '../../result.ts';
import { barText, COUNTS, countOf, countText, devicesOf, lookOf, shareText } from './status.ts';

/** Below this many columns the narrow form is shown. */
export const NARROW = 60;

/** Which overview is shown. */
export interface Title {
  readonly configurationId: string;
  readonly via: string;
}

const BAR_LENGTH = 20;

/** One overview: its counts with their share of all devices, then the rest. */
export function overviewView(overview: Readonly<Record<string, unknown>>, title: Title, room: Room): Block[] {
  const narrow = isNarrow(room);
  const devices = devicesOf(overview);
  const rows = COUNTS.map(({ name, label }): Cell[] => {
    const { symbol, tone, short } = lookOf(name);
    const count = countOf(overview, name);
    return [
      { text: `${symbol} ${narrow ? short : label}`, tone },
      { text: countText(count), tone: count === 0 ? 'dim' : 'plain' },
      { text: shareText(count, devices), tone: 'dim' },
      ...(narrow ? [] : [{ text: barText(count, devices, BAR_LENGTH), tone }]),
    ];
  });
  const total: Cell[] = [
    { text: '  All devices', tone: 'strong' },
    { text: countText(devices), tone: 'strong' },
    { text: '' },
  ];
  return [
    ...titleBlocks(title),
    {
      kind: 'table',
      columns: [
        { title: 'Status' },
        { title: 'Devices', align: 'right' },
        { title: 'Share', align: 'right' },
        ...(narrow ? [] : [{ title: '' }]),
      ],
      rows: [...rows, narrow ? total : [...total, { text: '' }]],
    },
    { kind: 'table', columns: [{ title: '' }, { title: '' }], rows: restOf(overview) },
  ];
}

/** What a view starts with: whose overview it is, and by which way it was reached. */
export function titleBlocks({ configurationId, via }: Title): Block[] {
  const way: Block[] =
    via === 'direct' ? [] : [{ kind: 'line', cells: [{ text: `via ${via}`, tone: 'dim' }] }];
  return [{ kind: 'heading', text: configurationId }, ...way];
}

export function isNarrow({ width }: Room): boolean {
  return width !== undefined && width < NARROW;
}

function restOf(overview: Readonly<Record<string, unknown>>): Cell[][] {
  const rest = PROPERTIES.filter((row) => !row.counts && overview[row.name] !== undefined);
  const last = [...rest.filter(({ name }) => name !== 'id'), ...rest.filter(({ name }) => name === 'id')];
  return last.map(({ name, label }) => [{ text: label, tone: 'dim' }, { text: String(overview[name]) }]);
}
