import { grouped } from '../present/grouped.ts';
import type { Held } from './page-data.ts';

/** `48213` → `48,213`; a missing count is a dash, never a zero. */
export function numberText(count: number | null): string {
  return count === null ? '–' : grouped(count);
}

/** A sum, with `+ ?` where one of what it is made of is not a number. */
export function sumText(sum: number | null, lacking: boolean): string {
  return sum !== null && lacking ? `${numberText(sum)} + ?` : numberText(sum);
}

/** A count as the service returned it. */
export function heldText(held: Held): string {
  return typeof held === 'string' ? held || '–' : numberText(held);
}

/** `+12`, `−3`, `0`; a dash where it is not known. */
export function changeText(change: number | null): string {
  if (change === null) return '–';
  return change === 0 ? '0' : `${change > 0 ? '+' : '−'}${grouped(Math.abs(change))}`;
}

/** `12.3 %`; a dash where there are no devices. Some devices are never rounded away, nor a rest up to all. */
export function shareText(count: number | null, devices: number): string {
  if (count === null || devices === 0) return '–';
  const share = (count / devices) * 100;
  if (share > 0 && share < 0.1) return '<0.1 %';
  if (share < 100 && share > 99.9) return '>99.9 %';
  return `${share.toFixed(1)} %`;
}
