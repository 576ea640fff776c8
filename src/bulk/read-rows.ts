import { type ApiVersion, PROPERTIES } from '../catalog/properties.ts';
import { Failure, Faults, usage } from '../errors.ts';
import { checkId } from '../overview/id.ts';
import { type Route, readRoute } from '../overview/route.ts';
import { readJsonValue, readValue, type Value } from '../overview/value.ts';
import { type Column, columnNamed, columnNames } from './columns.ts';
import { decodeText } from './decode.ts';
import { type RawRecord, readRecords } from './records.ts';
import { type Row, saySame } from './row.ts';

export interface ReadOptions {
  readonly apiVersion: ApiVersion;
  /** What `now` stands for, in milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Reads a bulk file whole and checks every row.
 * @throws a `usage` Failure that holds every fault with its line
 */
export async function readRows(
  bytes: AsyncIterable<Uint8Array | string>,
  options: ReadOptions,
): Promise<Row[]> {
  const faults = new Faults();
  const checker = new RowChecker(options, faults);
  const rows: Row[] = [];
  for await (const record of readRecords(decodeText(bytes))) {
    const row = await checker.check(record);
    if (row !== undefined) rows.push(row);
  }
  faults.throwIfAny();
  return rows;
}

/** Checks records one by one and remembers what rows have in common: columns, routes, and what was said before. */
class RowChecker {
  readonly #options: ReadOptions;
  readonly #faults: Faults;
  readonly #columns = new Map<string, Column | undefined>();
  readonly #routes = new Map<string, Promise<Route>>();
  readonly #seen = new Map<string, Row>();
  /** Whether the header has no column for the id, which is said once. */
  #lacksId = false;

  constructor(options: ReadOptions, faults: Faults) {
    this.#options = options;
    this.#faults = faults;
  }

  /** undefined where the row has a fault, or says what an earlier one said. */
  async check(record: RawRecord): Promise<Row | undefined> {
    const at = `line ${record.line}`;
    if (record.header !== undefined) {
      this.#checkHeader(record.header);
      return undefined;
    }
    if (record.fault !== undefined) {
      this.#faults.add(`${at}: ${record.fault}`);
      return undefined;
    }
    const text = new Map<string, string>();
    const values = new Map<string, Value>();
    let faulty = false;
    for (const [title, cell] of record.cells) {
      const column = this.#column(title, at);
      if (column === undefined) faulty = true;
      if (column === undefined || column.kind === 'ignored' || isEmpty(cell.value)) continue;
      const meant = nameOf(column);
      if (column.kind === 'property' ? values.has(meant) : text.has(meant)) {
        this.#faults.add(`${at}: ${meant} is there twice, once as ${JSON.stringify(title)}`);
        faulty = true;
        continue;
      }
      if (column.kind !== 'property') {
        if (typeof cell.value === 'string' || typeof cell.value === 'number') {
          text.set(column.kind, String(cell.value));
          continue;
        }
        this.#faults.add(`${at}: ${column.name} must be a text`);
        faulty = true;
        continue;
      }
      const value = this.#faults.collect(() => this.#value(column, cell, `${at}: ${column.name}`));
      if (value === undefined) faulty = true;
      else values.set(meant, value);
    }
    const place = await this.#place(text, at);
    if (place === undefined || faulty) return undefined;
    return this.#distinct({ line: record.line, displayName: null, ...place, values: inOrder(values) });
  }

  /** What is wrong with a header is said once, and not again for each row. */
  #checkHeader(titles: readonly string[]): void {
    const meant = new Map<string, string>();
    for (const title of titles) {
      const column = this.#column(title, 'the header');
      if (column === undefined || column.kind === 'ignored') continue;
      const other = meant.get(nameOf(column));
      meant.set(nameOf(column), title);
      if (other === undefined) continue;
      const both = [other, title].map((name) => JSON.stringify(name)).join(' and ');
      this.#faults.add(`the header: ${both} are one column`, 'keep one of the two');
      // Which of the two a row means cannot be told.
      this.#columns.set(title, undefined);
    }
    if (!meant.has('deviceConfigurationId')) {
      this.#faults.add('the header: there is no column deviceConfigurationId');
      this.#lacksId = true;
    }
  }

  #column(title: string, at: string): Column | undefined {
    if (!this.#columns.has(title)) {
      const column = columnNamed(title);
      if (column === undefined) {
        this.#faults.add(
          `${at}: unknown column ${JSON.stringify(title)}`,
          `the columns are ${columnNames()}`,
        );
      }
      this.#columns.set(title, column);
    }
    return this.#columns.get(title);
  }

  #value(
    column: Column & { kind: 'property' },
    cell: { value: unknown; literal: string },
    source: string,
  ): Value {
    const { property } = column;
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
    at: string,
  ): Promise<Pick<Row, 'deviceConfigurationId' | 'route'> | undefined> {
    if (this.#lacksId) return undefined;
    const id = this.#faults.collect(() =>
      checkId(text.get('deviceConfigurationId') ?? '', `${at}: deviceConfigurationId`),
    );
    const route = await this.#route(text.get('via') ?? 'direct', text.get('certificateId'), at);
    return id === undefined || route === undefined ? undefined : { deviceConfigurationId: id, route };
  }

  async #route(via: string, certificateId: string | undefined, at: string): Promise<Route | undefined> {
    const key = JSON.stringify([via, certificateId]);
    const reading =
      this.#routes.get(key) ?? readRoute(via, { certificateId, apiVersion: this.#options.apiVersion });
    this.#routes.set(key, reading);
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#faults.add(`${at}: ${error.message}`, error.details.hint);
      return undefined;
    }
  }

  /** Two rows for one overview may not want different things; a row that is there twice counts once. */
  #distinct(row: Row): Row | undefined {
    const id = row.deviceConfigurationId.toLowerCase();
    // For most rows the key is the id itself, and takes no memory of its own.
    const key = row.route.segments.length === 0 ? id : [id, ...row.route.segments].join('/');
    const other = this.#seen.get(key);
    if (other === undefined || isSilent(other)) {
      this.#seen.set(key, row);
      return row;
    }
    // A row that wants nothing contradicts none.
    if (isSilent(row)) return row;
    if (!saySame(other.values, row.values)) {
      this.#faults.add(
        `line ${row.line}: another value for the overview of line ${other.line}`,
        'keep one of the two rows',
      );
    }
    return { ...row, duplicateOf: other.line };
  }
}

function nameOf(column: Column): string {
  return column.kind === 'property' ? column.property.name : column.kind;
}

function isSilent({ values }: Row): boolean {
  return Object.keys(values).length === 0;
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
