import { PROPERTIES } from '../../catalog/properties.ts';
import type { Block, Cell, Room } from '../../outcome/result.ts';
import { allDevicesOf, COUNTS, countOf } from '../../overview/devices.ts';
import type { Overview } from '../../overview/difference.ts';
import { lookOf } from './count-look.ts';
import { shownText } from './shown.ts';
import { barText, devicesText, heldText, shareText } from './status.ts';

/** Below this width, in terminal columns, the narrow form is shown. */
export const NARROW = 60;

/** The configuration and route of an overview. */
export interface Title {
  readonly configurationId: string;
  /** The display name of the configuration; null if it is not known. */
  readonly displayName: string | null;
  readonly via: string;
}

/** The width of a bar in terminal columns. If there is less room than `least`, there is no bar. */
const BAR = { most: 20, least: 6 };

/** One overview: its counts with their share of all devices, then the other properties. */
export function overviewView(overview: Overview, title: Title, room: Room): Block[] {
  const narrow = isNarrow(room);
  const devices = allDevicesOf(overview);
  const bar = narrow ? 0 : barLength(overview, room);
  const rows = COUNTS.map(({ name, label }): Cell[] => {
    const { symbol, tone, short } = lookOf(name);
    const count = countOf(overview, name);
    return [
      { text: `${symbol} ${narrow ? short : label}`, tone },
      { text: heldText(overview, name), tone: count === 0 ? 'dim' : 'plain' },
      { text: shareText(count, devices), tone: 'dim' },
      ...(bar === 0 ? [] : [{ text: barText(count, devices, bar), tone }]),
    ];
  });
  const total: Cell[] = [
    { text: '  All devices', tone: 'strong' },
    { text: devicesText(overview), tone: 'strong' },
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
        ...(bar === 0 ? [] : [{ title: '' }]),
      ],
      rows: [...rows, bar === 0 ? total : [...total, { text: '' }]],
    },
    { kind: 'table', columns: [{ title: '' }, { title: '' }], rows: restOf(overview, narrow) },
  ];
}

/** The bar takes the width that labels and numbers leave, so that these are never truncated. */
function barLength(overview: Overview, { width }: Room): number {
  if (width === undefined) return BAR.most;
  const label = Math.max(...COUNTS.map((row) => row.label.length)) + '✓ '.length;
  const numbers = Math.max('Devices'.length, devicesText(overview).length) + '100.0 %'.length;
  const left = Math.min(BAR.most, width - label - numbers - 3 * '  '.length);
  return left < BAR.least ? 0 : left;
}

/** The first lines of a view: the configuration and the route. */
export function titleBlocks({ configurationId, displayName, via }: Title): Block[] {
  const named = displayName !== null && displayName !== '';
  const below = [...(named ? [configurationId] : []), ...(via === 'direct' ? [] : [`via ${via}`])];
  return [
    { kind: 'heading', text: named ? displayName : configurationId },
    ...below.map((text): Block => ({ kind: 'line', cells: [{ text, tone: 'dim' }] })),
  ];
}

export function isNarrow({ width }: Room): boolean {
  return width !== undefined && width < NARROW;
}

/** Labels for narrow terminals, where a long label does not fit next to a complete id. */
export const SHORT_LABELS: Readonly<Record<string, string>> = { configurationVersion: 'Version' };

function restOf(overview: Overview, narrow: boolean): Cell[][] {
  const rest = PROPERTIES.filter(({ counts }) => !counts);
  const last = [...rest.filter(({ name }) => name !== 'id'), ...rest.filter(({ name }) => name === 'id')];
  return last.map(({ name, label }) => [
    { text: (narrow ? SHORT_LABELS[name] : undefined) ?? label, tone: 'dim' },
    { text: shownText(overview[name]) },
  ]);
}
