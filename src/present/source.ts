import type { Result } from '../result.ts';
import type { Query } from './query.ts';

/** The records of a result one by one: those of a stream, the elements of an array, or the one value. */
export async function* recordsOf({ data }: Result): AsyncGenerator<unknown> {
  if ('records' in data) {
    yield* data.records;
    return;
  }
  const value = 'later' in data ? await data.later() : data.value;
  if (Array.isArray(value)) yield* value;
  else yield value;
}

/** The data of a result as one value; a stream is read to its end. */
export async function wholeOf({ data }: Result): Promise<unknown> {
  if ('later' in data) return data.later();
  if (!('records' in data)) return data.value;
  const records: unknown[] = [];
  for await (const record of data.records) records.push(record);
  return records;
}

/** The data with the query applied, where there is one. */
export async function queried(result: Result, query: Query | undefined): Promise<unknown> {
  const value = await wholeOf(result);
  return query === undefined ? value : query(value);
}
