import { PROPERTIES } from '../catalog/properties.ts';
import { idError } from '../overview/id.ts';
import type { Values } from '../overview/payload.ts';
import { isObject } from '../text/is-object.ts';
import { type RowRecord, STATUSES } from './row-record.ts';

/**
 * Validates the record of a row from a journal. All members are checked, since their values are sent to the service.
 * @returns undefined if it is invalid
 */
export function readRowRecord(value: unknown): RowRecord | undefined {
  if (!isObject(value)) return undefined;
  const { line, deviceConfigurationId, via, status, again, sent, error } = value;
  const { displayName = null, certificateId = null, before = null, after = null } = value;
  const whole =
    Number.isSafeInteger(line) &&
    isId(deviceConfigurationId) &&
    (displayName === null || typeof displayName === 'string') &&
    typeof via === 'string' &&
    (certificateId === null || isId(certificateId)) &&
    STATUSES.some((one) => one === status) &&
    (before === null || isObject(before)) &&
    (after === null || isObject(after)) &&
    (sent === null || isValues(sent)) &&
    (error === null || isRowError(error)) &&
    (again === undefined || typeof again === 'boolean');
  return whole ? (value as unknown as RowRecord) : undefined;
}

/** Whether an entry has the result of a row. Members that are equal to those of the plan may be missing. */
export function isOutcome(value: Readonly<Record<string, unknown>>): boolean {
  const { status, before = null, sent = null, after = null, error = null } = value;
  return (
    status !== 'planned' &&
    (before === null || isObject(before)) &&
    sent === null &&
    STATUSES.some((one) => one === status) &&
    (after === null || isObject(after)) &&
    (error === null || isRowError(error))
  );
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && idError(value) === undefined;
}

/** Only types are checked: an undo sends values of the service, which may be outside the limits for input. */
function isValues(value: unknown): value is Values {
  if (!isObject(value)) return false;
  return Object.entries(value).every(([name, one]) => {
    const property = PROPERTIES.find((row) => row.name === name);
    if (property === undefined) return false;
    return property.type === 'Edm.Int32' ? Number.isSafeInteger(one) : typeof one === 'string';
  });
}

function isRowError(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { kind, message, code = null } = value;
  return (
    typeof kind === 'string' && typeof message === 'string' && (code === null || typeof code === 'string')
  );
}
