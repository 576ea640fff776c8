import { grouped } from '../present/grouped.ts';
import type { Held } from './page-data.ts';

/** `48213` → `48,213`; a missing count is a dash, never a zero. */
export function numberText(count: number | null): string {
  return count === null ? '–' : grouped(count);
}

/** A sum, with `+ ?` if it is incomplete. */
export function sumText(sum: number | null, lacking: boolean): string {
  return sum !== null && lacking ? `${numberText(sum)} + ?` : numberText(sum);
}

/** A count as the service returned it; a missing one is a dash. */
export function heldText(held: Held): string {
  return typeof held === 'string' ? held || '–' : numberText(held);
}

/** `+12`, `−3`, `0`; a dash if it is unknown. */
export function changeText(change: number | null): string {
  if (change === null) return '–';
  return change === 0 ? '0' : `${change > 0 ? '+' : '−'}${grouped(Math.abs(change))}`;
}

/** `12.3 %`; a dash if there are no devices. Shares above zero are never rounded to 0 %, nor shares below one to 100 %. */
export function shareText(count: number | null, devices: number): string {
  if (count === null || devices === 0) return '–';
  const share = (count / devices) * 100;
  if (share > 0 && share < 0.1) return '<0.1 %';
  if (share < 100 && share > 99.9) return '>99.9 %';
  return `${share.toFixed(1)} %`;
}
