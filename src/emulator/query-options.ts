import { type ComparableProperty, comparableProperty, compare } from './comparable.ts';
import { type Predicate, readFilter } from './filter.ts';
import { badRequest, refusedByIntune } from './problem.ts';
import { type ContainedRow, containedIn, propertiesOf, type Version } from './schema.ts';
import type { Configuration } from './tenant.ts';

/** Default page size. */
const PAGE = 50;
/** Maximum page size. */
const MAX_PAGE = 1000;

type Options = ReadonlyMap<string, string>;

/** The names of `$select`; undefined selects all. */
export type Selection = ReadonlySet<string> | undefined;

export interface Expansion {
  /** The name of a contained navigation property. */
  readonly name: ContainedRow['name'];
  readonly select: Selection;
}

/** The part of a list in an answer. */
export interface Page {
  /** Index of the first row among the filtered ones, from 0. */
  readonly start: number;
  readonly size: number;
  readonly count: boolean;
}

export type Order = (left: Configuration, right: Configuration) => number;

/** @throws a Problem for any option that is not allowed here */
export function allowOnly(query: Options, ...allowed: readonly string[]): void {
  const unknown = [...query.keys()].find((name) => !allowed.includes(name));
  if (unknown !== undefined) throw refusedByIntune(`The query option '${unknown}' is not supported here.`);
}

export function readPage(query: Options): Page {
  const size = Math.min(MAX_PAGE, readWhole(query, '$top', PAGE, 1));
  const skip = readWhole(query, '$skip', 0, 0);
  // The token of a link counts from the first row of the list, so it includes `$skip`.
  return { start: readWhole(query, '$skiptoken', skip, 0), size, count: readCount(query) };
}

export function readSelect(text: string | undefined, type: string, version: Version): Selection {
  if (text === undefined) return undefined;
  const known = new Map(propertiesOf(type, version).map(({ name }) => [name.toLowerCase(), name]));
  const written = text.split(',').map((name) => name.trim());
  const names = written.map((name) => {
    const canonical = name === '*' ? name : known.get(name.toLowerCase());
    if (canonical !== undefined) return canonical;
    throw badRequest(
      `Parsing OData Select and Expand failed: Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`,
    );
  });
  return names.includes('*') ? undefined : new Set(names);
}

/** @param expandable whether `$expand` is supported */
export function readExpand(
  text: string | undefined,
  version: Version,
  expandable: boolean,
): readonly Expansion[] {
  if (text === undefined) return [];
  const expansions = splitOutside(text, ',').map((part) => readExpansion(part.trim(), version));
  const names = expansions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw badRequest(`Parsing OData Select and Expand failed: '${twice}' is expanded twice.`);
  if (expandable) return expansions;
  throw refusedByIntune(
    `The query specified in the URI is not valid. Property '${names[0]}' cannot be expanded.`,
  );
}

export function readFilterOption(query: Options, version: Version): Predicate | undefined {
  const text = query.get('$filter');
  return text === undefined ? undefined : readFilter(text, version);
}

export function readOrder(query: Options, version: Version): Order | undefined {
  const text = query.get('$orderby');
  if (text === undefined) return undefined;
  const keys = text.split(',').map((part) => readOrderKey(part.trim(), version));
  const twice = keys.find(
    ({ property }, index) => keys.findIndex((key) => key.property === property) !== index,
  );
  if (twice !== undefined) throw badRequest(`Invalid $orderby: '${twice.property.name}' is duplicate.`);
  return (left, right) => {
    for (const { property, sign } of keys) {
      const order = compare(property.of(left), property.of(right)) * sign;
      if (order !== 0) return order;
    }
    return 0;
  };
}

function readExpansion(text: string, version: Version): Expansion {
  const [, written = '', nested] = /^([A-Za-z]+)(?:\((.*)\))?$/s.exec(text) ?? [];
  const row = containedIn(version).find(({ name }) => name.toLowerCase() === written.toLowerCase());
  if (row === undefined) {
    throw badRequest(
      `Parsing OData Select and Expand failed: Could not find a property named '${written || text}' on type 'microsoft.graph.deviceConfiguration'.`,
    );
  }
  const { name, target } = row;
  if (nested === undefined) return { name, select: undefined };
  const [option = '', ...more] = nested.split(';');
  const equals = option.indexOf('=');
  const select = option.slice(0, equals).trim().toLowerCase();
  const selects = select === '$select' || (version === 'beta' && select === 'select');
  if (more.length > 0 || !selects) {
    throw refusedByIntune(`Only one $select is supported inside $expand=${name}(…).`);
  }
  return { name, select: readSelect(option.slice(equals + 1), target, version) };
}

/** Splits at separators outside of parentheses. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    else if (text[at] === separator && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

function readOrderKey(
  text: string,
  version: Version,
): { readonly property: ComparableProperty; readonly sign: 1 | -1 } {
  const [name = '', direction = 'asc', ...more] = text.split(/\s+/);
  const property = comparableProperty(name);
  if (property === undefined) {
    const known = propertiesOf('deviceConfiguration', version).some((row) => row.name === name);
    if (known) throw refusedByIntune(`Ordering by the property '${name}' is not supported.`);
    throw badRequest(
      `Could not find a property named '${name}' on type 'microsoft.graph.deviceConfiguration'.`,
    );
  }
  const descending = direction.toLowerCase() === 'desc';
  if (more.length > 0 || (!descending && direction.toLowerCase() !== 'asc')) {
    throw badRequest(`Invalid $orderby: syntax error in '${text}'.`);
  }
  return { property, sign: descending ? -1 : 1 };
}

function readCount(query: Options): boolean {
  const text = query.get('$count')?.toLowerCase() ?? 'false';
  if (text === 'true' || text === 'false') return text === 'true';
  throw badRequest(`Invalid value '${text}' for the query option '$count'.`);
}

function readWhole(query: Options, name: string, otherwise: number, least: number): number {
  const text = query.get(name);
  if (text === undefined) return otherwise;
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw badRequest(`Invalid value '${text}' for the query option '${name}'.`);
}
