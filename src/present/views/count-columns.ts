import type { Cell, Column } from '../../outcome/result.ts';
import { countOf, devicesOf } from '../../overview/devices.ts';
import type { Overview } from '../../overview/difference.ts';
import { COUNT_GROUPS } from './count-look.ts';
import { countText, devicesText, shareText } from './status.ts';

/** All devices, then each group of counts. */
export const COUNT_COLUMNS: readonly Column[] = ['Devices', ...COUNT_GROUPS.map(({ title }) => title)].map(
  (title): Column => ({ title, align: 'right' }),
);

/** The counts of one overview; their shares in the same cells, where asked for. */
export function countCells(overview: Overview, withShare: boolean): Cell[] {
  const devices = devicesOf(overview);
  const counts = COUNT_GROUPS.map(({ names, tone }): Cell => {
    const count = sumOf(overview, names);
    const share = shareText(count, devices);
    const text = withShare && share !== '–' ? `${countText(count)} (${share})` : countText(count);
    return { text, tone: count === 0 || count === undefined ? 'dim' : tone };
  });
  return [{ text: devicesText(overview) }, ...counts];
}

/** The shares below the counts. */
export function shareCells(overview: Overview): Cell[] {
  const devices = devicesOf(overview);
  const shares = COUNT_GROUPS.map(
    ({ names }): Cell => ({ text: shareText(sumOf(overview, names), devices), tone: 'dim' }),
  );
  return [{ text: '' }, ...shares];
}

/** In place of the counts, where there is no overview. */
export function noCounts(): Cell[] {
  return COUNT_COLUMNS.map(() => ({ text: '–', tone: 'dim' }));
}

/** What the count columns take in a terminal, with `gap` columns before each. */
export function countsWidth(overviews: readonly Overview[], withShare: boolean, gap: number): number {
  const rows = overviews.flatMap((overview) =>
    withShare ? [countCells(overview, true)] : [countCells(overview, false), shareCells(overview)],
  );
  const widths = COUNT_COLUMNS.map(({ title }, place) =>
    rows.reduce((most, row) => Math.max(most, row[place]?.text.length ?? 0), title.length),
  );
  return widths.reduce((sum, one) => sum + gap + one, 0);
}

/** The sum of some counts; undefined where the service returned none of them. */
export function sumOf(overview: Overview, names: readonly string[]): number | undefined {
  const counts = names.map((name) => countOf(overview, name)).filter((count) => count !== undefined);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}
