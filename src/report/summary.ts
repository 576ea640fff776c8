import { barMarkup, swatchMarkup } from './chart.ts';
import { html, type Markup } from './markup.ts';
import { changeText, numberText, shareText, sumText } from './number-text.ts';
import type { PageSeries } from './page-data.ts';
import type { Movements, Totals } from './totals.ts';

/** The totals. They are part of the HTML, so that the page shows them without its script. */
export interface Summary {
  readonly series: readonly PageSeries[];
  readonly totals: Totals;
  readonly movements: Movements | undefined;
}

/** The totals as a list of terms and values. */
export function figuresMarkup({ totals, series }: Summary): Markup {
  const { configurations, devices, withProblems, maybeWithProblems, failed, counts, incomplete } = totals;
  const noun = incomplete === 1 ? 'configuration' : 'configurations';
  const success = counts[series.findIndex(({ name }) => name === 'successCount')] ?? null;
  const figures: Markup[] = [
    figure('Configurations', numberText(configurations)),
    figure(
      'Device states',
      sumText(devices, incomplete > 0),
      incomplete === 0
        ? 'a device is counted once for each configuration'
        : `counts of ${numberText(incomplete)} ${noun} are missing or invalid`,
    ),
    figure('Success', incomplete === 0 ? shareText(success, devices) : '–', 'of all device states'),
    figure(
      'With problems',
      sumText(withProblems, maybeWithProblems > 0),
      'configurations with an error, failure or conflict',
    ),
    figure(
      'Could not be read',
      numberText(failed),
      failed === 0 ? 'every configuration was read' : 'not included in the sums',
    ),
  ];
  return html`<dl class="figures">${figures}</dl>`;
}

function figure(term: string, value: string, note = ''): Markup {
  const small = note === '' ? [] : [html`<dd class="note">${note}</dd>`];
  return html`<div><dt>${term}</dt><dd class="value">${value}</dd>${small}</div>
`;
}

/** The number of configurations in each state of a comparison. */
export function movementsMarkup({ states }: Movements): Markup {
  return html`<dl class="figures">
${[
  figure('Changed', numberText(states.changed), 'configurations with changed counts'),
  figure('Added', numberText(states.added), 'configurations'),
  figure('Removed', numberText(states.removed), 'configurations'),
  figure('Unchanged', numberText(states.same), 'configurations with the same counts'),
  figure('Not comparable', numberText(states.unknown), 'not read, or invalid counts, in one of the listings'),
]}</dl>`;
}

/** The stacked bar of the tenant, or one for each listing, and a table of the same numbers. */
export function chartMarkup(summary: Summary): Markup {
  const { series, totals, movements } = summary;
  if (movements === undefined) {
    return html`${barMarkup(totals, series, 'Device states of the whole tenant')}
${totalsTable(summary)}`;
  }
  return html`<p class="bar-title">Before</p>
${barMarkup(movements.before, series, 'Device states before')}
<p class="bar-title">Now</p>
${barMarkup(totals, series, 'Device states now')}
${movementsTable(summary, movements)}`;
}

function totalsTable({ series, totals: { counts, lacking, devices, incomplete } }: Summary): Markup {
  const rows = series.map(
    (
      one,
      index,
    ) => html`<tr><th scope="row">${swatchMarkup(one)} ${one.label}</th><td>${sumText(counts[index] ?? 0, lacking[index] === true)}</td><td>${incomplete === 0 ? shareText(counts[index] ?? null, devices) : '–'}</td></tr>
`,
  );
  return html`<table class="totals">
<caption>The numbers of the chart</caption>
<thead><tr><th scope="col">State</th><th scope="col">Devices</th><th scope="col">Share</th></tr></thead>
<tbody>
${rows}</tbody>
<tfoot><tr><th scope="row">All</th><td>${sumText(devices, incomplete > 0)}</td><td></td></tr></tfoot>
</table>`;
}

function movementsTable({ series, totals }: Summary, { before, increased, decreased }: Movements): Markup {
  const row = (head: Markup, cells: readonly string[]): Markup =>
    html`<tr><th scope="row">${head}</th>${cells.map((text) => html`<td>${text}</td>`)}</tr>
`;
  const isWhole = (index: number): boolean => !before.lacking[index] && !totals.lacking[index];
  const rows = series.map((one, index) => {
    const [now, former] = [totals.counts[index] ?? null, before.counts[index] ?? null];
    const change = now === null || former === null ? null : now - former;
    const moved = [numberText(increased[index] ?? 0), numberText(decreased[index] ?? 0)];
    return row(html`${swatchMarkup(one)} ${one.label}`, [
      sumText(former, before.lacking[index] === true),
      sumText(now, totals.lacking[index] === true),
      changeText(isWhole(index) ? change : null),
      ...moved,
    ]);
  });
  const whole = before.incomplete + totals.incomplete === 0;
  const all = [
    sumText(before.devices, before.incomplete > 0),
    sumText(totals.devices, totals.incomplete > 0),
    changeText(whole ? totals.devices - before.devices : null),
  ];
  return html`<div class="sideways" role="region" aria-label="The numbers of the charts" tabindex="0"><table class="totals">
<caption>The numbers of the charts, added and removed configurations included</caption>
<thead><tr><th scope="col">State</th><th scope="col">Before</th><th scope="col">Now</th><th scope="col">Change</th><th scope="col">Configurations with an increase</th><th scope="col">Configurations with a decrease</th></tr></thead>
<tbody>
${rows}</tbody>
<tfoot>${row(html`All`, [...all, '', ''])}</tfoot>
</table></div>`;
}
