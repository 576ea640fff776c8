import type { Result } from '../result.ts';
import { cleanJson } from './clean.ts';
import type { Query } from './query.ts';
import { queried, recordsOf } from './source.ts';

/** `json`: indented by two spaces; a stream is written element by element, without being held. */
export async function* json(result: Result, query: Query | undefined): AsyncGenerator<string> {
  if (query !== undefined || !('records' in result.data)) {
    const value = await queried(result, query);
    yield `${text(value, result.oneLine === true ? 0 : 2)}\n`;
    return;
  }
  let separator = '[\n';
  for await (const record of result.data.records) {
    yield `${separator}  ${text(record, 2).replaceAll('\n', '\n  ')}`;
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

/** `jsonl`: a record a line, the query applied to each. */
export async function* jsonl(result: Result, query: Query | undefined): AsyncGenerator<string> {
  for await (const record of recordsOf(result)) {
    yield `${text(query === undefined ? record : query(record), 0)}\n`;
  }
}

function text(value: unknown, indent: number): string {
  return cleanJson(JSON.stringify(value ?? null, null, indent));
}
