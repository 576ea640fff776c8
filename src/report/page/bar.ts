import { numberOf } from '../counts.ts';
import { fillOf } from '../fills.ts';
import { numberText, shareText } from '../number-text.ts';
import type { PageSeries } from '../page-data.ts';
import { drawing, element } from './element.ts';
import type { Entry } from './entry.ts';

/** The stacked bar of one configuration, hidden from screen readers since the other cells have its numbers, and the share. */
export function barCell(
  { row, devices, lacking, success }: Entry,
  series: readonly PageSeries[],
): HTMLTableCellElement {
  if (row.counts === undefined || devices === null) return element('td', {}, '–');
  if (lacking) return element('td', { class: 'zero' }, 'number of devices unknown');
  if (devices === 0) return element('td', { class: 'zero' }, 'no devices');
  const { counts } = row;
  const bar = drawing('svg', { class: 'small-bar', 'aria-hidden': 'true', focusable: 'false' });
  let start = 0;
  series.forEach(({ name, label }, index) => {
    const count = numberOf(counts[index]) ?? 0;
    if (count === 0) return;
    const width = (count / devices) * 100;
    const place = { x: `${start.toFixed(2)}%`, width: `${width.toFixed(2)}%`, height: '100%' };
    const words = `${label}: ${numberText(count)} (${shareText(count, devices)})`;
    bar.append(
      drawing('rect', { class: `part ${name}`, fill: fillOf(name), ...place }, drawing('title', {}, words)),
    );
    start += width;
  });
  const share = success === null ? '–' : shareText(success * devices, devices);
  return element('td', {}, bar, element('span', { class: 'line' }, share));
}
