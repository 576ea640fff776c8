import { PROPERTIES } from '../catalog/properties.ts';
import { ticksOf } from './instant.ts';
import type { EmulatorRequest } from './message.ts';
import { badRequest, Problem, refusedByIntune } from './problem.ts';
import type { Version } from './schema.ts';

const TYPE = 'microsoft.graph.deviceConfigurationDeviceOverview';
const INT32_MAX = 2 ** 31 - 1;

/**
 * Reads the properties in the body of a PATCH to an overview. `id` cannot be changed, so it is ignored.
 * @throws a Problem with Graph's message
 */
export function readPatch(
  { headers, body }: EmulatorRequest,
  version: Version,
): Record<string, string | number> {
  const contentType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (contentType !== 'application/json') {
    throw new Problem(
      415,
      'UnsupportedMediaType',
      'The content type of the request must be application/json.',
    );
  }
  const set: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(objectOf(body ?? ''))) {
    if (name === '@odata.type') checkType(value);
    if (name.includes('@')) continue;
    const property = PROPERTIES.find((row) => row.name === name && row.apiVersions.includes(version));
    if (property === undefined) {
      throw badRequest(`The property '${name}' does not exist on type '${TYPE}'.`);
    }
    const problem = problemOf(property.type, value);
    if (problem !== undefined) throw refusedByIntune(`The value of '${name}' ${problem}.`);
    if (name !== 'id') set[name] = value as string | number;
  }
  return set;
}

function objectOf(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw badRequest('Unable to read JSON request payload.');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw badRequest('The request payload must be a JSON object.');
}

function checkType(value: unknown): void {
  if (value !== `#${TYPE}` && value !== TYPE) {
    throw badRequest(`The type '${String(value)}' is not compatible with the expected type '${TYPE}'.`);
  }
}

/** Whether these are values that a PATCH has set: every member is a property, and has a value of its type. */
export function areStored(set: unknown): set is Readonly<Record<string, string | number>> {
  if (typeof set !== 'object' || set === null || Array.isArray(set)) return false;
  return Object.entries(set).every(([name, value]) => {
    const property = PROPERTIES.find((row) => row.name === name);
    return property !== undefined && name !== 'id' && problemOf(property.type, value) === undefined;
  });
}

function problemOf(type: string, value: unknown): string | undefined {
  if (type === 'Edm.Int32') {
    const whole = Number.isInteger(value) && (value as number) >= 0 && (value as number) <= INT32_MAX;
    return whole ? undefined : 'must be a whole number of Edm.Int32 that is not negative';
  }
  if (typeof value !== 'string') return `must be a string of ${type}`;
  return type === 'Edm.DateTimeOffset' && ticksOf(value, false) === undefined
    ? 'is not an Edm.DateTimeOffset'
    : undefined;
}
