import { isLacking, pick, sumOf } from './counts.ts';
import { html, type Markup } from './markup.ts';
import { changeText, numberText } from './number-text.ts';
import type { PageRow, PageSeries } from './page-data.ts';
import { placesOf, WORST } from './problems.ts';
import { nameMarkup, rankingTable } from './ranking-table.ts';

/** The maximum number of configurations in a table, and in a list of names. */
const MAX_SHOWN = { ranked: 5, named: 10 };

/** The configurations whose number of failures and errors increased or decreased, and those that were added or removed. */
export function changedMarkup(rows: readonly PageRow[], series: readonly PageSeries[]): Markup {
  const places = placesOf(WORST, series);
  const changed = rows.flatMap((row): Changed[] => {
    if (row.state !== 'changed' && row.state !== 'added') return [];
    const held = pick(row.counts ?? [], places);
    const former = row.state === 'added' ? [] : pick(row.before ?? [], places);
    if ([...held, ...former].some(isLacking)) return [];
    return [{ row, before: row.state === 'added' ? null : sumOf(former), now: sumOf(held) }];
  });
  const by = ({ before, now }: Changed): number => now - (before ?? 0);
  const more = changed.filter((one) => by(one) > 0).toSorted((one, other) => by(other) - by(one));
  const fewer = changed.filter((one) => by(one) < 0).toSorted((one, other) => by(one) - by(other));
  const named = (label: string, state: PageRow['state']): Markup[] =>
    namedMarkup(
      label,
      rows.filter((row) => row.state === state),
    );
  const tables = html`<div class="rankings">
${[
  changesMarkup('More devices with failures or errors', more),
  changesMarkup('Fewer devices with failures or errors', fewer),
]}</div>`;
  const none = html`<p>No configuration has more or fewer devices with failures or errors than before.</p>`;
  return html`${more.length + fewer.length === 0 ? none : tables}${[...named('Added', 'added'), ...named('Removed', 'removed')]}`;
}

interface Changed {
  readonly row: PageRow;
  /** null if it is new. */
  readonly before: number | null;
  readonly now: number;
}

function changesMarkup(title: string, changed: readonly Changed[]): Markup {
  if (changed.length === 0) return html`<p class="none">${title}: none</p>`;
  const rows = changed.slice(0, MAX_SHOWN.ranked).map(
    ({ row, before, now }) =>
      html`<tr role="row">${nameMarkup(row)}<td role="cell">${before === null ? 'new' : numberText(before)}</td><td role="cell">${numberText(now)}</td><td role="cell">${changeText(now - (before ?? 0))}</td></tr>
`,
  );
  const heads = ['Before', 'Now', 'Change'].map(
    (text) => html`<th role="columnheader" scope="col">${text}</th>`,
  );
  return rankingTable(title, html`${heads}`, rows, changed.length - rows.length);
}

function namedMarkup(label: string, rows: readonly PageRow[]): Markup[] {
  if (rows.length === 0) return [];
  const names = rows.slice(0, MAX_SHOWN.named).map(({ name }) => html`<bdi>${name}</bdi>`);
  const more = rows.length - names.length;
  const rest = more === 0 ? [] : [html` and ${numberText(more)} more`];
  const list = names.map((name, place) => (place === 0 ? name : html`, ${name}`));
  return [html`<p class="named"><strong>${label}:</strong> ${[...list, ...rest]}</p>`];
}
