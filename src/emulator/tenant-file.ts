import { createHash } from 'node:crypto';
import { NAMESPACE } from '../catalog/navigation.ts';
import { INT32_MAX, PROPERTIES } from '../catalog/properties.ts';
import { ticksOf } from './instant.ts';
import { EmulatorError } from './problem.ts';
import { readWholeFile } from './read-file.ts';
import { type Shape, shaped } from './shape.ts';
import { type Configuration, type Overview, type Tenant, tenantOf } from './tenant.ts';

/** Graph's value for a date that was never set. */
const NEVER = '0001-01-01T00:00:00Z';

/** The type of a record without a type: Graph's type for unsupported configurations. */
const UNKNOWN_TYPE = 'unsupportedDeviceConfiguration';

const HINT = 'use the output of `graph-overview list -o json` or `-o jsonl`';

type Members = Readonly<Record<string, unknown>>;

/**
 * A tenant from the records of a listing: `{"deviceConfigurationId","displayName","@odata.type","overview"}`, as a JSON
 * list, as one object, or one per line. A record with an error in place of the overview has counts of 0.
 * @throws an EmulatorError that names the record
 */
export async function tenantOfFile(path: string, shape: Shape): Promise<Tenant> {
  const text = await readText(path);
  const configurations = recordsOf(text, path).map((record, index) =>
    shaped(configurationOf(record, `${path}, record ${index + 1}`), shape),
  );
  const ids = new Set<string>();
  for (const [index, { id }] of configurations.entries()) {
    const key = id.toLowerCase();
    if (ids.has(key)) throw new EmulatorError(`${path}, record ${index + 1}: duplicate id ${id}`, HINT);
    ids.add(key);
  }
  const [first] = configurations;
  const samples =
    first === undefined ? {} : { direct: { deviceConfigurationId: first.id, certificateId: null } };
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return tenantOf(`file-${digest}`, configurations, samples);
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readWholeFile(path);
    return new TextDecoder(encodingOf(bytes)).decode(bytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new EmulatorError(`the tenant ${path} cannot be read (${code})`, HINT);
  }
}

/** The encoding by the byte-order mark: PowerShell 5 redirects output to files in UTF-16. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function recordsOf(text: string, path: string): readonly unknown[] {
  const whole = parse(text);
  if (whole !== undefined) return Array.isArray(whole.value) ? whole.value : [whole.value];
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const record = parse(line);
    if (record === undefined) throw new EmulatorError(`${path}, line ${index + 1}: not JSON`, HINT);
    return [record.value];
  });
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function configurationOf(record: unknown, where: string): Configuration {
  const invalid = (what: string): EmulatorError => new EmulatorError(`${where}: ${what}`, HINT);
  if (!isObject(record)) throw invalid('not a JSON object');
  const { deviceConfigurationId: id, displayName = null, '@odata.type': type = null } = record;
  if (typeof id !== 'string' || id === '') throw invalid('deviceConfigurationId is missing');
  if (displayName !== null && typeof displayName !== 'string') throw invalid('displayName is not a string');
  const prefix = `#${NAMESPACE}.`;
  if (type !== null && (typeof type !== 'string' || !type.startsWith(prefix))) {
    throw invalid(`@odata.type is not a type such as ${prefix}windows10GeneralConfiguration`);
  }
  const hasError = isObject(record.error) && record.overview === undefined;
  if (!hasError && !isObject(record.overview)) throw invalid('overview is missing');
  const overview = overviewOf(isObject(record.overview) ? record.overview : {}, id, invalid);
  return {
    id,
    type: type?.slice(prefix.length) ?? UNKNOWN_TYPE,
    displayName: displayName ?? '',
    description: '',
    createdDateTime: String(overview.lastUpdateDateTime),
    lastModifiedDateTime: String(overview.lastUpdateDateTime),
    version: Number(overview.configurationVersion),
    overview,
    assignedTo: [],
    links: {},
  };
}

/** Counts that v1.0 does not have, or that are null, are 0. */
function overviewOf(members: Members, id: string, invalid: (what: string) => EmulatorError): Overview {
  const overview: Record<string, string | number> = {};
  for (const { name, type } of PROPERTIES) {
    const value = members[name] ?? (name === 'id' ? id : type === 'Edm.Int32' ? 0 : NEVER);
    if (type === 'Edm.Int32' && !(Number.isInteger(value) && Math.abs(value as number) <= INT32_MAX)) {
      throw invalid(`overview.${name} is not a whole number`);
    }
    if (type !== 'Edm.Int32' && typeof value !== 'string') throw invalid(`overview.${name} is not a string`);
    if (type === 'Edm.DateTimeOffset' && ticksOf(value as string, false) === undefined) {
      throw invalid(`overview.${name} is not a date`);
    }
    overview[name] = value as string | number;
  }
  // All properties are set now.
  return overview as Overview;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
