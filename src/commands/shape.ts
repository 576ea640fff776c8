import type { RowRecord } from '../bulk/row.ts';
import type { Result } from '../result.ts';
import type { Invocation } from './command.ts';

/** How the account of a run is given: as one value, as rows alone, or as records of rows with the counts at the end. */
export type Shape = 'value' | 'rows' | 'records';

/** The flat formats have a line for a row; `jsonl` has a record for each, and one for the counts. */
export function shapeOf({ options, runtime }: Pick<Invocation, 'options' | 'runtime'>): Shape {
  const format = String(options.output ?? runtime.env.GRAPH_OVERVIEW_OUTPUT ?? '');
  if (format === 'jsonl') return 'records';
  return ['csv', 'tsv'].includes(format) ? 'rows' : 'value';
}

/** An account that is whole already, in the shape that the format wants. */
export function accountData(
  account: { readonly rows: readonly RowRecord[] },
  invocation: Pick<Invocation, 'options' | 'runtime'>,
): Result['data'] {
  switch (shapeOf(invocation)) {
    case 'records':
      return { records: recordsOf(account) };
    case 'rows':
      return { value: account.rows };
    case 'value':
      return { value: account };
  }
}

async function* recordsOf({
  rows,
  ...counts
}: {
  readonly rows: readonly RowRecord[];
}): AsyncGenerator<unknown> {
  for (const row of rows) yield { type: 'row', ...row };
  yield { type: 'summary', ...counts };
}
