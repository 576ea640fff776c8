import type { Result } from '../outcome/result.ts';
import { cleanJson } from '../text/clean.ts';
import type { Presentation } from './presentation.ts';
import { partsOf, queried, recordsOf } from './source.ts';

/**
 * `json`: indented by two spaces. A stream is written element by element, without buffering. If it fails, the array is
 * closed first, so that the output is valid JSON.
 */
export async function* json(result: Result, { query }: Presentation): AsyncGenerator<string> {
  const { data } = result;
  if (!('records' in data) || (query !== undefined && data.endless !== true)) {
    yield `${text(await queried(result, query), result.oneLine === true ? 0 : 2)}\n`;
    return;
  }
  let separator = '[\n';
  try {
    for await (const record of recordsOf(result, query)) {
      yield `${separator}  ${text(record, 2).replaceAll('\n', '\n  ')}`;
      separator = ',\n';
    }
  } catch (error) {
    if (separator !== '[\n') yield '\n]\n';
    throw error;
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

/** `jsonl`: one line for each record; after a query, one for each element of its result. */
export async function* jsonl(result: Result, { query }: Presentation): AsyncGenerator<string> {
  for await (const record of partsOf(result, query)) yield `${text(record, 0)}\n`;
}

function text(value: unknown, indent: number): string {
  return cleanJson(JSON.stringify(value ?? null, null, indent));
}
