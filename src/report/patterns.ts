import { html, type Markup, trusted } from './markup.ts';
import type { PageSeries } from './page-data.ts';

/**
 * What lies over the colour of each count, in a square of 8 by 8: two counts differ in grey, in print, and to people
 * who see few colours. Success is plain.
 */
const STROKES: Readonly<Record<string, string>> = {
  successCount: '',
  pendingCount: '<circle cx="2" cy="2" r="1.3"/><circle cx="6" cy="6" r="1.3"/>',
  errorCount: '<path d="M-2 2l4-4M0 8l8-8M6 10l4-4"/>',
  failedCount: '<path d="M0 0l8 8M0 8l8-8"/>',
  conflictCount: '<path d="M2 0v8M6 0v8"/>',
  notApplicableCount: '<path d="M0 4h8"/>',
  notApplicablePlatformCount: '<path d="M0 2h8M0 6h8"/>',
};

/** An invisible drawing that holds the fills; bars refer to it by `fillOf`. */
export function patternsMarkup(series: readonly PageSeries[]): Markup {
  const patterns = series.map(
    ({ name }) =>
      html`<pattern id="fill-${name}" class="fill" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="${name}" width="8" height="8"/>${trusted(STROKES[name] ?? '')}</pattern>`,
  );
  return html`<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>${patterns}</defs></svg>`;
}

/** The `fill` of a count's part of a bar. */
export function fillOf(name: string): string {
  return `url(#fill-${name})`;
}
