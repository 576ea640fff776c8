import type { Result } from '../outcome/result.ts';
import type { Query } from './query.ts';

/**
 * The records of a result one by one: the records of a stream, the elements of an array, or the single value. A query is
 * applied to the complete data first, or, for an endless stream, to each record.
 */
export async function* recordsOf(result: Result, query?: Query): AsyncGenerator<unknown> {
  const { data } = result;
  if ('records' in data && (query === undefined || data.endless === true)) {
    for await (const record of data.records) yield query === undefined ? record : query(record);
    return;
  }
  const value = await queried(result, query);
  if (Array.isArray(value)) yield* value;
  else yield value;
}

/** The data of a result as one value, after the query. A stream is read to its end. */
export async function queried(result: Result, query: Query | undefined): Promise<unknown> {
  const { data } = result;
  if ('records' in data && data.endless === true) return collected(recordsOf(result, query));
  const value = await wholeOf(data);
  return query === undefined ? value : query(value);
}

async function wholeOf(data: Result['data']): Promise<unknown> {
  if ('later' in data) return data.later();
  return 'records' in data ? collected(data.records) : data.value;
}

async function collected(records: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const record of records) all.push(record);
  return all;
}

/** The records for formats that print one by one: without a query, the `parts` of a result that has them. */
export function partsOf(result: Result, query: Query | undefined): AsyncIterable<unknown> {
  return query === undefined && result.parts !== undefined ? result.parts() : recordsOf(result, query);
}
