import type { Result } from '../outcome/result.ts';
import type { Presentation } from './presentation.ts';
import { table } from './table.ts';
import { withEveryColumn } from './views/every-column.ts';

/** `wide`: a table of every column that the data has, however wide; what has no columns looks as in `table`. */
export function wide(result: Result, how: Presentation): AsyncGenerator<string> {
  const { flat, ownColumns } = result;
  const view: Result['view'] = (data, room) =>
    ownColumns === true ? result.view(data, room) : withEveryColumn(result.view(data, room), data, flat);
  return table({ ...result, view }, { ...how, width: undefined });
}
