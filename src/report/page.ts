import { createHash } from 'node:crypto';
import { clean } from '../text/clean.ts';
import type { Assets } from './assets.ts';
import { changedMarkup } from './changed.ts';
import { fillStyles, patternsMarkup } from './fills.ts';
import type { ListedConfiguration } from './listed.ts';
import { html, jsonMarkup, type Markup, trusted } from './markup.ts';
import type { PageData } from './page-data.ts';
import { comparedRows, rowsOf } from './rows.ts';
import { seriesOf } from './series.ts';
import { chartMarkup, figuresMarkup, movementsMarkup, type Summary } from './summary.ts';
import { type Movements, movementsOf, type Totals, totalsOf } from './totals.ts';
import { worstMarkup } from './worst.ts';

/** A listing, and a description of its source for the reader. */
export interface Listing {
  readonly source: string;
  readonly configurations: readonly ListedConfiguration[];
}

export interface ReportInput {
  readonly listing: Listing;
  /** The listing with which it is compared. */
  readonly earlier: Listing | undefined;
  /** The time of creation, in milliseconds since the epoch. */
  readonly now: number;
}

export interface Page {
  /** The complete page, which loads no other resources. */
  readonly html: string;
  readonly totals: Totals;
  readonly movements: Movements | undefined;
}

/** Builds the page. The output is deterministic. */
export function buildPage(input: ReportInput, assets: Assets): Page {
  const { listing, earlier } = input;
  const series = seriesOf([...listing.configurations, ...(earlier?.configurations ?? [])]);
  const rows =
    earlier === undefined
      ? rowsOf(listing.configurations, series)
      : comparedRows(listing.configurations, earlier.configurations, series);
  const totals = totalsOf(rows, series);
  const movements =
    earlier === undefined ? undefined : movementsOf(rows, series, earlier.configurations.length);
  const data: PageData = { series, rows, compared: earlier !== undefined };
  const page = pageMarkup(input, { series, totals, movements }, data, assets);
  return { html: page.text, totals, movements };
}

function pageMarkup(
  { listing, earlier, now }: ReportInput,
  summary: Summary,
  data: PageData,
  assets: Assets,
): Markup {
  const { script } = assets;
  const { movements } = summary;
  const style = assets.style + fillStyles();
  const time = new Date(now).toISOString();
  const shown = `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = earlier === undefined ? 'Device status overview' : 'Device status overview: changes';
  const compared = earlier === undefined ? [] : [html`<br>Compared with ${clean(earlier.source)}`];
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="graph-overview">
<title>${title}, ${shown}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#configurations">Skip to the table of configurations</a>
${patternsMarkup(summary.series)}
<header>
<h1>${title}</h1>
<p class="source">${clean(listing.source)}${compared}<br>Created <time datetime="${time}">${shown}</time></p>
</header>
<main>
${movements === undefined ? [] : [changedSection(movements, data)]}<section aria-labelledby="worst">
<h2 id="worst">Needs attention</h2>
${worstMarkup(data.rows, data.series)}
</section>
<section aria-labelledby="summary">
<h2 id="summary">Summary</h2>
${figuresMarkup(summary)}
</section>
<section aria-labelledby="chart">
<h2 id="chart">Device states</h2>
${chartMarkup(summary)}
</section>
<section class="listing" aria-labelledby="configurations">
<h2 id="configurations" tabindex="-1">Configurations</h2>
<noscript><p class="notice">The table of configurations requires JavaScript, which is turned off. The summary and the chart above are complete.</p></noscript>
<div id="listing" hidden>
<div class="controls">
<p><label for="filter">Filter by name, id or type</label><input id="filter" type="search" autocomplete="off" spellcheck="false"></p>
<p><label for="show">Show</label><select id="show"></select></p>
<p><label for="sort">Sort by</label><span class="pair"><select id="sort"></select><button id="direction" type="button"></button></span></p>
</div>
<p id="matches" class="matches" role="status"></p>
<table id="table" class="rows" role="table">
<caption>Device configurations with the number of devices in each state. Use the buttons in the column headers to sort.</caption>
<thead role="rowgroup"></thead>
<tbody class="space" aria-hidden="true"></tbody>
<tbody id="rows" role="rowgroup"></tbody>
<tbody class="space" aria-hidden="true"></tbody>
</table>
</div>
</section>
</main>
<footer><p>Created by graph-overview. This page contains all of its data and loads nothing.</p></footer>
<script type="application/json" id="data">${jsonMarkup(data)}</script>
<script>${trusted(script)}</script>
</body>
</html>
`;
}

function changedSection(movements: Movements, { rows, series }: PageData): Markup {
  return html`<section aria-labelledby="changed">
<h2 id="changed">Changes</h2>
${movementsMarkup(movements)}
${changedMarkup(rows, series)}
</section>
`;
}

/** The hash of an inline script or style for Content-Security-Policy. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
