import { html, type Markup, trusted } from './markup.ts';
import { numberText } from './number-text.ts';
import type { PageRow } from './page-data.ts';
import { piecesOf } from './words.ts';

const BREAK = [trusted('<wbr>')];

/**
 * A short table of configurations at the top of the page. It has explicit roles, since on a phone the rows are displayed as
 * grids, which would remove their table semantics.
 * @param more how many configurations are omitted
 */
export function rankingTable(title: string, heads: Markup, rows: readonly Markup[], more = 0): Markup {
  return html`<div><table role="table" class="ranking">
<caption>${title}</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Configuration</th>${heads}</tr></thead>
<tbody role="rowgroup">
${rows}</tbody>
</table>${moreMarkup(more)}</div>
`;
}

function moreMarkup(more: number): Markup[] {
  return more > 0 ? [html`<p class="more">and ${numberText(more)} more in the table below</p>`] : [];
}

/** The header cell of a row: the name, and below it the id. */
export function nameMarkup({ name, id }: PageRow): Markup {
  const pieces = piecesOf(id).map((piece, place) => html`${place === 0 ? [] : BREAK}${piece}`);
  return html`<th role="rowheader" scope="row"><bdi class="line strong">${name}</bdi><bdi class="line id">${pieces}</bdi></th>`;
}
