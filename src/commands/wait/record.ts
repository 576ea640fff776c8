import { PROPERTIES } from '../../catalog/properties.ts';
import type { Flat } from '../../result.ts';
import type { Judged } from '../judge.ts';

/**
 * What `wait` prints of one configuration: the overview as `get` has it, but `id` is that of the configuration, and the
 * overview's own key is `overviewId`, as in bulk files. Where the last look failed the values are those of the last one
 * that did not.
 */
export type WaitRecord = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly holds: boolean;
  readonly error?: { readonly kind: string; readonly message: string; readonly code: string | null };
};

export function recordOf({ track, holds }: Judged): WaitRecord {
  const { place, overview, failure } = track;
  const { id: overviewId, ...rest } = overview ?? {};
  return {
    id: place.configurationId,
    holds,
    ...(overview === undefined ? {} : { ...rest, overviewId }),
    ...(failure === undefined
      ? {}
      : {
          error: { kind: failure.kind, message: failure.message, code: failure.details.code ?? null },
        }),
  };
}

/** One row for each configuration. */
export const WAIT_FLAT: Flat = {
  columns: [
    'id',
    'holds',
    'overviewId',
    ...PROPERTIES.map(({ name }) => name).filter((name) => name !== 'id'),
  ],
  row: (record) => record as WaitRecord,
};
