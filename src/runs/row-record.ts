import type { Row } from '../input/row.ts';
import type { Overview } from '../overview/difference.ts';
import type { Values } from '../overview/payload.ts';

/** `planned` is a row of a plan that is not executed yet. */
export const STATUSES = ['planned', 'unchanged', 'written', 'mismatched', 'failed', 'skipped'] as const;

export type RowStatus = (typeof STATUSES)[number];

/** One row of a run with its status, as it is printed. */
export interface RowRecord {
  readonly line: number;
  readonly deviceConfigurationId: string;
  readonly displayName: string | null;
  readonly via: string;
  readonly certificateId: string | null;
  readonly status: RowStatus;
  /** The overview before; null if it was not read, or if the row needed no write. */
  readonly before: Overview | null;
  readonly sent: Values | null;
  readonly after: Overview | null;
  readonly error: { readonly kind: string; readonly message: string; readonly code: string | null } | null;
  /** Whether it was sent again because it was unknown whether the first attempt was stored. */
  readonly again?: boolean;
}

/** The record of a row; the members that are not in `more` are null. */
export function rowRecord(row: Row, status: RowStatus, more: Partial<RowRecord> = {}): RowRecord {
  return {
    line: row.line,
    deviceConfigurationId: row.deviceConfigurationId,
    displayName: row.displayName,
    via: row.route.via,
    certificateId: row.route.certificateId ?? null,
    status,
    before: null,
    sent: null,
    after: null,
    error: null,
    ...more,
  };
}

/** The record of a planned row that was not written before the run ended. */
export function notReached(record: RowRecord): RowRecord {
  return record.status === 'planned' ? { ...record, status: 'skipped' } : record;
}

/** The record of a row that was sent and whose answer is unknown. */
export function doubtfulRecord(record: RowRecord): RowRecord {
  const message = 'sent, but the result is unknown; `apply --resume` reads the present values';
  return { ...notReached(record), error: { kind: 'interrupted', message, code: null } };
}

/**
 * An overview without the annotations of an answer, such as `@odata.context`.
 * @param known an overview whose equal strings are reused, which saves memory in a large run
 */
export function plainOverview(overview: Overview, known: Overview | null = null): Overview {
  const added = Object.keys(overview).some((name) => name.includes('@'));
  const plain: Record<string, unknown> = added
    ? Object.fromEntries(Object.entries(overview).filter(([name]) => !name.includes('@')))
    : { ...overview };
  for (const [name, value] of Object.entries(known ?? {})) if (plain[name] === value) plain[name] = value;
  return plain;
}

/** The overview that a row replaces. It shares the string of its id with the row, since the ids are often equal. */
export function replacedOverview({ deviceConfigurationId: id }: Row, overview: Overview): Overview {
  return plainOverview(overview, { id });
}
