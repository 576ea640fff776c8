import { ENTITY_TYPES, NAMESPACE } from '../catalog/navigation.ts';
import { badRequest, Problem } from './problem.ts';
import { CONTAINED, NOT_SERVED, type Version } from './schema.ts';

/** The parsed target of a request. */
export interface Address {
  readonly version: Version;
  /** Decoded; a key in parentheses is a separate segment. */
  readonly segments: readonly string[];
  /** System query options by their names in lower case, `$` first. */
  readonly query: ReadonlyMap<string, string>;
}

const VERSIONS: readonly Version[] = ['beta', 'v1.0'];

/** The system query options of OData: on beta, the `$` is optional. */
const SYSTEM_OPTIONS = new Set(
  [
    ...['apply', 'compute', 'count', 'deltatoken', 'expand', 'filter', 'format', 'levels', 'orderby'],
    ...['search', 'select', 'skip', 'skiptoken', 'top'],
  ].map((name) => `$${name}`),
);

/** Names in a path are case-insensitive. */
const NAMES = new Map(
  [
    ...['deviceManagement', 'deviceConfigurations', '$metadata', '$count', ...NOT_SERVED],
    ...CONTAINED.map(({ name }) => name),
    ...ENTITY_TYPES.flatMap(({ name, navigation }) => [
      `${NAMESPACE}.${name}`,
      ...navigation.map((row) => row.name),
    ]),
  ].map((name) => [name.toLowerCase(), name]),
);

/** A key in parentheses, quoted as an OData string: `name('key')` or `name(id='key')`. */
const KEYED = /^([A-Za-z]+)\((?:id=)?'((?:[^']|'')*)'\)$/;

/** Parses the target of a request. @param target path and query @throws a Problem with Graph's message */
export function readAddress(target: string): Address {
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const [, written = '', ...raw] = path.split('/');
  const version = VERSIONS.find((name) => name === written.toLowerCase());
  if (version === undefined) throw new Problem(404, 'ResourceNotFound', `Invalid version: ${written}`);
  while (raw.at(-1) === '') raw.pop();
  const segments = raw.flatMap((segment) => readSegment(decode(segment, `The segment '${segment}'`)));
  return { version, segments, query: readQuery(question < 0 ? '' : target.slice(question + 1), version) };
}

function readSegment(segment: string): readonly string[] {
  const [, name, key] = KEYED.exec(segment) ?? [];
  const canonical = (text: string): string => NAMES.get(text.toLowerCase()) ?? text;
  if (name === undefined || key === undefined) return [canonical(segment)];
  return [canonical(name), key.replaceAll("''", "'")];
}

function readQuery(text: string, version: Version): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeOption(equals < 0 ? pair : pair.slice(0, equals));
    const option = optionOf(name, version);
    if (query.has(option)) {
      throw badRequest(
        `Query option '${option}' was specified more than once, but it must be specified at most once.`,
      );
    }
    query.set(option, equals < 0 ? '' : decodeOption(pair.slice(equals + 1)));
  }
  return query;
}

function optionOf(name: string, version: Version): string {
  const lower = name.toLowerCase();
  if (SYSTEM_OPTIONS.has(lower)) return lower;
  const marked = `$${lower}`;
  if (!SYSTEM_OPTIONS.has(marked)) throw badRequest(`The query parameter '${name}' is not supported.`);
  if (version === 'beta') return marked;
  throw badRequest(`The query parameter '${name}' is not supported in v1.0: write '${marked}'.`);
}

function decodeOption(text: string): string {
  return decode(text.replaceAll('+', ' '), `The query option '${text}'`);
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badRequest(`${what} is not escaped correctly.`);
  }
}
