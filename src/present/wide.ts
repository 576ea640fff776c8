import type { Result } from '../outcome/result.ts';
import type { Presentation } from './presentation.ts';
import { table } from './table.ts';
import { withEveryColumn } from './views/every-column.ts';

/** `wide`: a table with every column of the data, of any width. A view without a table is shown as in `table`. */
export function wide(result: Result, how: Presentation): AsyncGenerator<string> {
  const { flat, ownColumns } = result;
  const view: Result['view'] = (data, room) =>
    ownColumns === true ? result.view(data, room) : withEveryColumn(result.view(data, room), data, flat);
  return table({ ...result, view }, { ...how, width: undefined });
}
