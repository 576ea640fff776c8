import { devicesOf, isLacking, pick, sumOf } from './counts.ts';
import { html, type Markup } from './markup.ts';
import { heldText, numberText, shareText, sumText } from './number-text.ts';
import type { PageRow, PageSeries } from './page-data.ts';
import { placesOf, WORST } from './problems.ts';
import { nameMarkup, rankingTable } from './ranking-table.ts';

/** The maximum number of configurations in each table. */
const MAX_SHOWN = { ranked: 5, unread: 10 };

/** The configurations with the most failures and errors, by number and by share, and those that could not be read. */
export function worstMarkup(rows: readonly PageRow[], series: readonly PageSeries[]): Markup {
  const present = rows.filter(({ state }) => state !== 'removed');
  const places = placesOf(WORST, series);
  const ranked = present.flatMap((row): Ranked[] => {
    if (row.counts === undefined) return [];
    const held = pick(row.counts, places);
    const number = sumOf(held);
    const devices = devicesOf(row.counts);
    const share = devices === null || devices === 0 ? null : number / devices;
    return number === 0 ? [] : [{ row, number, devices, share, lacking: held.some(isLacking) }];
  });
  const byNumber = ranked.toSorted((one, other) => other.number - one.number).slice(0, MAX_SHOWN.ranked);
  const byShare = ranked
    .filter(({ share }) => share !== null)
    .toSorted((one, other) => (other.share ?? 0) - (one.share ?? 0) || other.number - one.number)
    .slice(0, MAX_SHOWN.ranked);
  const none = html`<p>No configuration has devices with failures or errors.</p>`;
  const tables = html`<div class="rankings">
${[
  rankingMarkup('Most devices with failures or errors', byNumber, series),
  rankingMarkup('Highest share of failures and errors', byShare, series),
]}</div>`;
  return html`${ranked.length === 0 ? none : tables}${unreadMarkup(present)}`;
}

interface Ranked {
  readonly row: PageRow;
  readonly number: number;
  readonly devices: number | null;
  readonly share: number | null;
  readonly lacking: boolean;
}

function rankingMarkup(title: string, ranked: readonly Ranked[], series: readonly PageSeries[]): Markup {
  const places = placesOf(WORST, series);
  const heads = places.map(
    (place) => html`<th role="columnheader" scope="col">${series[place]?.label ?? ''}</th>`,
  );
  const rows = ranked.map(({ row, number, devices, lacking }) => {
    const cells = places.map((place) => html`<td role="cell">${heldText(row.counts?.[place] ?? null)}</td>`);
    const share = devices === null ? '–' : shareText(number, devices);
    const of =
      devices === null
        ? html`${sumText(number, lacking)} of ?`
        : html`${numberText(number)} of ${numberText(devices)}`;
    return html`<tr role="row">${nameMarkup(row)}${cells}<td role="cell">${share}<span class="line dim">${of}</span></td></tr>
`;
  });
  return rankingTable(title, html`${heads}<th role="columnheader" scope="col">Share</th>`, rows);
}

/** The configurations that could not be read, since they may have problems, too. */
function unreadMarkup(rows: readonly PageRow[]): Markup[] {
  const unread = rows.filter(({ error }) => error !== undefined);
  if (unread.length === 0) return [];
  const shown = unread.slice(0, MAX_SHOWN.unread).map(
    (
      row,
    ) => html`<tr role="row">${nameMarkup(row)}<td role="cell" class="message"><bdi>${row.error ?? ''}</bdi></td></tr>
`,
  );
  return [
    rankingTable(
      `Could not be read: ${numberText(unread.length)}`,
      html`<th role="columnheader" scope="col" class="message">Error</th>`,
      shown,
      unread.length - shown.length,
    ),
  ];
}
