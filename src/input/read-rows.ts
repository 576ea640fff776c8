import { type ApiVersion, PROPERTIES } from '../catalog/properties.ts';
import { usage } from '../outcome/errors.ts';
import { readId } from '../overview/reference.ts';
import { type Route, readRoute } from '../overview/route.ts';
import { readJsonValue, readValue, type Value } from '../overview/value.ts';
import { type Column, columnNamed, columnNames } from './columns.ts';
import { decodeText } from './decode.ts';
import { DistinctRows } from './distinct-rows.ts';
import { LineErrors } from './line-errors.ts';
import type { RawCell, RawRecord } from './raw-record.ts';
import { readRecords } from './records.ts';
import type { FileRows, NamedRow, Row } from './row.ts';

export interface ReadOptions {
  readonly apiVersion: ApiVersion;
  /** The time for the value `now`, in milliseconds since the epoch. */
  readonly now: number;
  /** Whether the file is a base, whose rows keep the names of their empty cells. */
  readonly isBase?: boolean;
}

/**
 * Reads a whole bulk file and validates every row.
 * @throws a `usage` Failure with every error and its lines
 */
export async function readRows(
  bytes: AsyncIterable<Uint8Array | string>,
  options: ReadOptions,
): Promise<FileRows> {
  const errors = new LineErrors();
  const checker = new RowChecker(options, errors);
  const rows: Row[] = [];
  const named: NamedRow[] = [];
  for await (const record of readRecords(decodeText(bytes))) {
    const row = await checker.check(record);
    if (row === undefined) continue;
    if ('name' in row) named.push(row);
    else rows.push(row);
  }
  errors.throwIfAny();
  return { rows, named };
}

/** Hint for an invalid date. */
const REWRITTEN = 'spreadsheets rewrite dates: format the column as text before the dates are entered';

/** Validates records one by one, and caches columns, routes and earlier rows. */
class RowChecker {
  readonly #options: ReadOptions;
  readonly #errors: LineErrors;
  readonly #columns = new Map<string, Column | undefined>();
  readonly #routes = new Map<string, Promise<Route>>();
  readonly #byId: DistinctRows<Row>;
  readonly #byName: DistinctRows<NamedRow>;
  /** Whether the header has no column for the configuration, which is reported once. */
  #lacksKey = false;

  constructor(options: ReadOptions, errors: LineErrors) {
    this.#options = options;
    this.#errors = errors;
    this.#byId = new DistinctRows(errors);
    this.#byName = new DistinctRows(errors);
  }

  /** @returns undefined if the row has an error */
  async check(record: RawRecord): Promise<Row | NamedRow | undefined> {
    const { line } = record;
    if (record.header !== undefined) {
      this.#checkHeader(record.header);
      return undefined;
    }
    if (record.problem !== undefined) {
      this.#errors.add(line, record.problem, { hint: record.hint });
      return undefined;
    }
    const text = new Map<string, string>();
    const values = new Map<string, Value>();
    const empty: string[] = [];
    let invalid = false;
    for (const [title, cell] of record.cells) {
      const column = this.#column(title, line);
      if (column === undefined) invalid = true;
      if (column === undefined || column.kind === 'ignored') continue;
      if (isEmpty(cell.value)) {
        if (this.#options.isBase && column.kind === 'property') empty.push(column.property.name);
        continue;
      }
      const target = nameOf(column);
      if (column.kind === 'displayName' && text.has(target)) continue;
      if (column.kind === 'property' ? values.has(target) : text.has(target)) {
        this.#errors.add(line, `duplicate ${target}, once as ${JSON.stringify(title)}`);
        invalid = true;
        continue;
      }
      if (column.kind !== 'property') {
        if (typeof cell.value === 'string' || typeof cell.value === 'number') {
          // A long number is not exact, and 1.10 would become 1.1.
          text.set(column.kind, typeof cell.value === 'string' ? cell.value : cell.literal);
          continue;
        }
        // It is usually a comment.
        if (column.kind === 'displayName') continue;
        this.#errors.add(line, `${column.name} must be a string`);
        invalid = true;
        continue;
      }
      const hint = column.property.type === 'Edm.DateTimeOffset' ? REWRITTEN : undefined;
      const value = this.#errors.collect(cell.line ?? line, () => this.#value(column, cell), hint);
      if (value === undefined) invalid = true;
      else values.set(target, value);
    }
    const place = await this.#place(text, line);
    if (place === undefined || invalid) return undefined;
    const row = {
      line,
      route: place.route,
      values: inOrder(values),
      ...(empty.length > 0 ? { empty } : {}),
    };
    return 'name' in place
      ? this.#byName.checked({ ...row, name: place.name })
      : this.#byId.checked({ ...row, deviceConfigurationId: place.id, displayName: null });
  }

  /** Errors of a header are reported once, not for each row. */
  #checkHeader(titles: readonly string[]): void {
    const titleOf = new Map<string, string>();
    for (const title of titles) {
      const column = this.#column(title, undefined);
      if (column === undefined || column.kind === 'ignored') continue;
      const other = titleOf.get(nameOf(column));
      titleOf.set(nameOf(column), title);
      // If there is an id, names are comments, and there may be several.
      if (other === undefined || column.kind === 'displayName') continue;
      const both = [other, title].map((name) => JSON.stringify(name)).join(' and ');
      this.#errors.add(undefined, `${both} are the same column`, { hint: 'keep one of them' });
      // It is ambiguous, so rows ignore it.
      this.#columns.set(title, undefined);
    }
    if (!titleOf.has('deviceConfigurationId') && !titleOf.has('displayName')) {
      this.#errors.add(undefined, 'missing column deviceConfigurationId or displayName');
      this.#lacksKey = true;
    }
  }

  /** @param line undefined for the header */
  #column(title: string, line: number | undefined): Column | undefined {
    if (!this.#columns.has(title)) {
      const column = columnNamed(title);
      if (column === undefined) {
        this.#errors.add(line, `unknown column ${JSON.stringify(title)}`, {
          hint: `the columns are ${columnNames()}`,
        });
      }
      this.#columns.set(title, column);
    }
    return this.#columns.get(title);
  }

  #value(column: Column & { kind: 'property' }, cell: RawCell): Value {
    const { property, name: source } = column;
    const { apiVersion, now } = this.#options;
    if (!property.apiVersions.includes(apiVersion)) {
      throw usage(`${source}: ${property.name} does not exist in ${apiVersion}`, 'use `--api-version beta`');
    }
    return typeof cell.value === 'string'
      ? readValue(property, cell.value, source, now)
      : readJsonValue(property, cell.value, cell.literal, source, now);
  }

  async #place(
    text: ReadonlyMap<string, string>,
    line: number,
  ): Promise<(({ readonly id: string } | { readonly name: string }) & Pick<Row, 'route'>) | undefined> {
    if (this.#lacksKey) return undefined;
    const given = text.get('deviceConfigurationId');
    const name = text.get('displayName');
    const key =
      given === undefined && name !== undefined
        ? { name }
        : this.#errors.collect(line, () => ({ id: readId(given ?? '', 'deviceConfigurationId') }));
    const via = text.get('via') ?? 'direct';
    const route = await this.#errors.collectAsync(line, () => this.#route(via, text.get('certificateId')));
    return key === undefined || route === undefined ? undefined : { ...key, route };
  }

  #route(via: string, certificateId: string | undefined): Promise<Route> {
    const key = JSON.stringify([via, certificateId]);
    const reading =
      this.#routes.get(key) ?? readRoute(via, { certificateId, apiVersion: this.#options.apiVersion });
    this.#routes.set(key, reading);
    return reading;
  }
}

function nameOf(column: Column): string {
  return column.kind === 'property' ? column.property.name : column.kind;
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '');
}

function inOrder(values: ReadonlyMap<string, Value>): Record<string, Value> {
  const ordered: Record<string, Value> = {};
  for (const { name } of PROPERTIES) {
    const value = values.get(name);
    if (value !== undefined) ordered[name] = value;
  }
  return ordered;
}
