import type { ParseError } from 'jsonc-parser';
import { PROPERTIES } from '../catalog/properties.ts';
import { usage } from '../outcome/errors.ts';
import { isObject } from '../text/is-object.ts';
import { isTooDeep } from '../text/json-depth.ts';
import type { ListedConfiguration } from './listed.ts';

/** Maximum number of errors that are reported; a file of another kind would have one in each record. */
const MAX_ERRORS = 10;

const HINT = 'use the output of `graph-overview list -o json` or `-o jsonl`';

/** A record of graph-overview 0.1. Listings that were archived before an update can still be compared. */
interface OldListed {
  readonly id: string;
}

/** A record with its position, such as `line 7` or `record 3`. */
interface Placed {
  readonly at: string;
  readonly value: unknown;
}

/**
 * Reads output of `list` in JSON or JSON lines, and checks every record.
 * @param source the name of the file in messages, such as `--from "tenant.json"`
 * @throws a `usage` Failure with the errors and their positions
 */
export async function readListing(text: string, source: string): Promise<ListedConfiguration[]> {
  if (text.trim() === '') throw usage(`${source}: is empty`, HINT);
  const errors: string[] = [];
  const seen = new Map<string, string>();
  const configurations: ListedConfiguration[] = [];
  for (const { at, value } of await recordsOf(text, source)) {
    const before = errors.length;
    errors.push(...errorsOf(value).map((error) => `${at}: ${error}`));
    if (errors.length > before) continue;
    const configuration = value as ListedConfiguration & OldListed;
    const deviceConfigurationId = configuration.deviceConfigurationId ?? configuration.id;
    const key = deviceConfigurationId.toLowerCase();
    const other = seen.get(key);
    if (other !== undefined) errors.push(`${at}: has the same id as ${other}`);
    seen.set(key, other ?? at);
    configurations.push({
      ...configuration,
      deviceConfigurationId,
      displayName: configuration.displayName ?? null,
      '@odata.type': configuration['@odata.type'] ?? null,
    });
  }
  if (errors.length > 0) throw usage(wordingOf(errors, source), HINT);
  return configurations;
}

function wordingOf(errors: readonly string[], source: string): string {
  const [first = '', ...rest] = errors.slice(0, MAX_ERRORS);
  const more = errors.length > MAX_ERRORS ? `; and ${errors.length - MAX_ERRORS} more errors` : '';
  return `${source}: ${[first, ...rest].join('; ')}${more}`;
}

async function recordsOf(text: string, source: string): Promise<Placed[]> {
  if (!/^\s*\{/.test(text)) return arrayRecords(text, source);
  const lines = text.split('\n').map((line, index) => ({ line, at: `line ${index + 1}` }));
  return lines
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, at }) => ({ at, value: jsonLine(line, at, source) }));
}

/** The parser that finds the position of an error is recursive. */
function checkDepth(json: string, where: string): void {
  if (isTooDeep(json)) throw usage(`${where}: is nested too deeply`, HINT);
}

function jsonLine(line: string, at: string, source: string): unknown {
  checkDepth(line, `${source}: ${at}`);
  try {
    return JSON.parse(line);
  } catch (error) {
    const why =
      at === 'line 1' && line.trim() === '{' ? 'one object, not an array of records' : messageOf(error);
    throw usage(`${source}: ${at}: ${why}`, HINT);
  }
}

async function arrayRecords(text: string, source: string): Promise<Placed[]> {
  checkDepth(text, source);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usage(`${source}: ${await errorPosition(text)}malformed JSON: ${messageOf(error)}`, HINT);
  }
  if (!Array.isArray(value)) throw usage(`${source}: is not an array of records`, HINT);
  return value.map((one: unknown, index) => ({ at: `record ${index + 1}`, value: one }));
}

/** The position of the first error as line and column, from 1. V8 reports it only for some errors. */
async function errorPosition(text: string): Promise<string> {
  const { parse } = await import('jsonc-parser');
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first === undefined) return '';
  const before = text.slice(0, first.offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}: `;
}

function errorsOf(value: unknown): string[] {
  if (!isObject(value)) return ['is not an object'];
  const {
    id: oldId,
    deviceConfigurationId: id = oldId,
    displayName,
    '@odata.type': type,
    overview,
    error,
  } = value;
  const errors: string[] = [];
  if (typeof id !== 'string' || id === '') errors.push('"deviceConfigurationId" must be a string');
  if (!isTextOrNothing(displayName)) errors.push('"displayName" must be a string or null');
  if (!isTextOrNothing(type)) errors.push('"@odata.type" must be a string or null');
  if (isNothing(overview) && isNothing(error)) errors.push('has neither "overview" nor "error"');
  else if (!isNothing(overview) && !isNothing(error)) errors.push('has both "overview" and "error"');
  else if (isNothing(error)) errors.push(...overviewErrors(overview));
  else if (!isObject(error) || typeof error.message !== 'string') {
    errors.push('"error" must be an object with a "message"');
  }
  return errors;
}

function overviewErrors(overview: unknown): string[] {
  if (!isObject(overview)) return ['"overview" must be an object'];
  // A string in place of a number is valid: `list` prints it as the service returned it, and the page shows it.
  return PROPERTIES.filter(({ name }) => typeof overview[name] === 'object' && overview[name] !== null).map(
    ({ name }) => `"${name}" must be a number, a string or null`,
  );
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isTextOrNothing(value: unknown): boolean {
  return isNothing(value) || typeof value === 'string';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
