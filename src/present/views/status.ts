import { COUNTS, countOf, devicesOf, invalidCounts } from '../../overview/devices.ts';
import type { Overview } from '../../overview/difference.ts';
import { grouped } from '../grouped.ts';

/** All devices as text: a dash if the service returned no count, `+ ?` at the end if it did not return all counts. */
export function devicesText(overview: Overview): string {
  const known = COUNTS.some(({ name }) => countOf(overview, name) !== undefined);
  return sumText(known ? devicesOf(overview) : undefined, invalidCounts(overview).length > 0);
}

/** A sum as text. @param lacking whether a part of the sum is missing or not a number */
export function sumText(sum: number | undefined, lacking: boolean): string {
  return sum !== undefined && lacking ? `${countText(sum)} + ?` : countText(sum);
}

/** A count as the service returned it: a value that is not a number as JSON, a missing one as a dash. */
export function heldText(overview: Overview, name: string): string {
  const count = countOf(overview, name);
  const held = overview[name];
  return count === undefined && held !== undefined ? (JSON.stringify(held) ?? '–') : countText(count);
}

/** `48213` → `48,213`; a missing count is a dash, never a zero. */
export function countText(count: number | undefined): string {
  return count === undefined ? '–' : grouped(count);
}

/** The share of all devices: `12.3 %`; a dash if there are none, or if their number is unknown. */
export function shareText(count: number | undefined, devices: number | undefined): string {
  if (count === undefined || devices === undefined || devices === 0) return '–';
  const share = (count / devices) * 100;
  // Rounding must not hide some devices, nor show 100 % if it is not all of them.
  if (share > 0 && share < 0.1) return '<0.1 %';
  if (share < 100 && share > 99.9) return '>99.9 %';
  return `${share.toFixed(1)} %`;
}

/** A bar of at most `length` columns, in steps of an eighth. A count above zero is always visible. */
export function barText(count: number | undefined, devices: number | undefined, length: number): string {
  if (count === undefined || devices === undefined || devices === 0 || count === 0) return '';
  const eighths = Math.max(1, Math.round((count / devices) * length * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? '');
}
