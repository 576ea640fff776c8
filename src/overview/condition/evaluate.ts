import { allDevicesOf, invalidCountsText } from '../devices.ts';
import type { Overview } from '../difference.ts';
import { instantOf } from '../instant.ts';
import type { Bound } from './bound.ts';
import type { Condition, Operator } from './parse.ts';

/** Whether a condition holds, and why it could not be evaluated. */
export interface Evaluation {
  readonly holds: boolean;
  /** Why it could not be evaluated, such as `there are no devices, so failed gt 5% does not hold`; else empty. */
  readonly reasons: readonly string[];
}

const TICKS_PER_MILLISECOND = 10_000n;

/**
 * Evaluates a condition for an overview in three-valued logic. A comparison that cannot be evaluated (a percentage of no
 * devices, a property that the service did not return) is neither true nor false, and so is its negation; a condition
 * whose value depends on it does not hold.
 * @param now in milliseconds since the epoch, for ages
 */
export function evaluate(condition: Condition, overview: Overview, now: number): Evaluation {
  const reasons: string[] = [];
  const value = truthOf(condition, overview, BigInt(now) * TICKS_PER_MILLISECOND, reasons);
  return { holds: value === true, reasons: value === undefined ? [...new Set(reasons)] : [] };
}

type Truth = boolean | undefined;

function truthOf(condition: Condition, overview: Overview, now: bigint, reasons: string[]): Truth {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const decisive = condition.kind === 'or';
      const [one, other] = condition.parts.map((part) => truthOf(part, overview, now, reasons));
      if (one === decisive || other === decisive) return decisive;
      return one === undefined || other === undefined ? undefined : !decisive;
    }
    case 'not': {
      const value = truthOf(condition.part, overview, now, reasons);
      return value === undefined ? undefined : !value;
    }
    case 'comparison':
      return compare(condition, overview, now, reasons);
  }
}

function compare(
  { property, operator, bound }: Extract<Condition, { kind: 'comparison' }>,
  overview: Overview,
  now: bigint,
  reasons: string[],
): Truth {
  const held = overview[property.name];
  if (held === undefined || held === null) {
    reasons.push(`the service did not return ${property.name}`);
    return undefined;
  }
  const order = orderOf(held, bound, overview, now);
  if (order !== undefined) return holdsFor(operator, order);
  reasons.push(
    bound.kind === 'percent' && isWhole(held)
      ? `${missingShareReason(overview)}, so \`${property.flag} ${operator} ${bound.text}\` does not hold`
      : `the service returned ${JSON.stringify(held)} as ${property.name}`,
  );
  return undefined;
}

/** Why a percentage of all devices cannot be computed. */
function missingShareReason(overview: Overview): string {
  const invalid = invalidCountsText(overview);
  return invalid === undefined ? 'there are no devices' : `not all devices are known (${invalid})`;
}

/** The order of a value and the bound: negative, zero or positive; undefined if they cannot be compared. */
function orderOf(held: unknown, bound: Bound, overview: Overview, now: bigint): number | undefined {
  switch (bound.kind) {
    case 'text':
      return held === bound.text ? 0 : 1;
    case 'number':
      return typeof held === 'number' ? held - bound.number : undefined;
    case 'percent': {
      const devices = allDevicesOf(overview);
      if (devices === 0 || !isWhole(devices) || !isWhole(held)) return undefined;
      return sign(BigInt(held) * 100n * bound.parts - bound.of * BigInt(devices));
    }
    case 'instant':
    case 'age': {
      const instant = typeof held === 'string' ? instantOf(held) : undefined;
      const wanted = bound.kind === 'age' ? now - bound.ticks : bound.ticks;
      return instant === undefined ? undefined : sign(instant - wanted);
    }
  }
}

function holdsFor(operator: Operator, order: number): boolean {
  switch (operator) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
  }
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}

function sign(value: bigint): number {
  return value > 0n ? 1 : value < 0n ? -1 : 0;
}
