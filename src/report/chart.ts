import { fillOf } from './fills.ts';
import { html, type Markup } from './markup.ts';
import { numberText, shareText } from './number-text.ts';
import type { PageSeries } from './page-data.ts';
import type { Totals } from './totals.ts';

/** The stacked bar of a whole tenant, as wide as the page, with a text alternative. */
export function barMarkup(totals: Totals, series: readonly PageSeries[], title: string): Markup {
  const { counts, devices, incomplete } = totals;
  const shares = series.flatMap(({ label }, index) => {
    const count = counts[index] ?? null;
    return count === null || count === 0 ? [] : [`${label} ${shareText(count, devices)}`];
  });
  const description = `${shares.length === 0 ? 'no devices' : shares.join(', ')}${incomplete > 0 ? '; based on the known counts' : ''}`;
  return html`<svg class="bar" role="img" aria-label="${title}: ${description}" width="100%" height="40"><rect class="empty" width="100%" height="100%"/>${parts(counts, devices, series)}</svg>`;
}

function parts(counts: Totals['counts'], devices: number, series: readonly PageSeries[]): Markup[] {
  const drawn: Markup[] = [];
  let start = 0;
  series.forEach(({ name, label }, index) => {
    const count = counts[index] ?? 0;
    if (count === 0) return;
    const width = (count / devices) * 100;
    drawn.push(
      html`<rect class="part" x="${percent(start)}" width="${percent(width)}" height="100%" fill="${fillOf(name)}"><title>${label}: ${numberText(count)} (${shareText(count, devices)})</title></rect>`,
    );
    start += width;
  });
  return drawn;
}

/** A small square with the fill of a count, for a legend. */
export function swatchMarkup({ name }: PageSeries): Markup {
  return html`<svg class="swatch" width="16" height="16" aria-hidden="true" focusable="false"><rect class="part" width="16" height="16" fill="${fillOf(name)}"/></svg>`;
}

function percent(share: number): string {
  return `${share.toFixed(4)}%`;
}
