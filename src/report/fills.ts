import type { CountName } from '../catalog/properties.ts';
import { html, type Markup, trusted } from './markup.ts';
import type { PageSeries } from './page-data.ts';

/** The fill of the segment of a count in a bar. */
interface Fill {
  /** The colour as CSS. */
  readonly color: string;
  /** The colour in the dark colour scheme. */
  readonly dark: string;
  /**
   * SVG shapes over the colour, in a square of 8 by 8 pixels, so that counts can be distinguished in greyscale, in print and
   * without colour vision. Success has none.
   */
  readonly strokes: string;
}

/** The fills in the order of bars: success, pending, problems, not applicable. */
const FILLS: Readonly<Record<CountName, Fill>> = {
  successCount: { color: '#1a7f37', dark: '#3fb950', strokes: '' },
  pendingCount: {
    color: '#0969da',
    dark: '#58a6ff',
    strokes: '<circle cx="2" cy="2" r="1.3"/><circle cx="6" cy="6" r="1.3"/>',
  },
  errorCount: { color: '#bc4c00', dark: '#f0883e', strokes: '<path d="M-2 2l4-4M0 8l8-8M6 10l4-4"/>' },
  failedCount: { color: '#a40e26', dark: '#ff7b72', strokes: '<path d="M0 0l8 8M0 8l8-8"/>' },
  conflictCount: { color: '#6639ba', dark: '#bc8cff', strokes: '<path d="M2 0v8M6 0v8"/>' },
  notApplicableCount: { color: '#656d76', dark: '#9aa4af', strokes: '<path d="M0 4h8"/>' },
  notApplicablePlatformCount: { color: '#808892', dark: '#768390', strokes: '<path d="M0 2h8M0 6h8"/>' },
};

/** The counts in the order of bars. */
export const FILLED = Object.keys(FILLS) as readonly CountName[];

/** The CSS rules of the colours: for the patterns and, in print, where small bars have no patterns, for their segments. */
export function fillStyles(): string {
  const each = (rule: (name: CountName) => string): string =>
    FILLED.map((name) => `${rule(name)}\n`).join('');
  const colors = (shade: 'color' | 'dark'): string =>
    `:root {\n${each((name) => `--${name}: ${FILLS[name][shade]};`)}}\n`;
  const fills = (within: string): string => each((name) => `${within} .${name} { fill: var(--${name}); }`);
  return `
${colors('color')}@media screen and (prefers-color-scheme: dark) {
${colors('dark')}}
${fills('.fill')}@media print {
${fills('.small-bar')}}
`;
}

/** An invisible SVG element that defines the patterns; bars refer to them with `fillOf`. */
export function patternsMarkup(series: readonly PageSeries[]): Markup {
  const patterns = series.map(
    ({ name }) =>
      html`<pattern id="fill-${name}" class="fill" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="${name}" width="8" height="8"/>${trusted(FILLS[name].strokes)}</pattern>`,
  );
  return html`<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>${patterns}</defs></svg>`;
}

/** The `fill` attribute for the segment of a count. */
export function fillOf(name: CountName): string {
  return `url(#fill-${name})`;
}
