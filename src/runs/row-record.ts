import type { Row } from '../input/row.ts';
import type { Overview } from '../overview/difference.ts';
import type { Values } from '../overview/payload.ts';

/** `planned` is a row of a plan that is not executed yet. */
export const STATUSES = ['planned', 'unchanged', 'written', 'mismatched', 'failed', 'skipped'] as const;

export type RowStatus = (typeof STATUSES)[number];

/** What became of one row, as it is printed. */
export interface RowRecord {
  readonly line: number;
  readonly deviceConfigurationId: string;
  readonly displayName: string | null;
  readonly via: string;
  readonly certificateId: string | null;
  readonly status: RowStatus;
  /** The overview before; null where it was not read, or where nothing was to be written. */
  readonly before: Overview | null;
  readonly sent: Values | null;
  readonly after: Overview | null;
  readonly error: { readonly kind: string; readonly message: string; readonly code: string | null } | null;
  /** Sent a second time, since it was not known whether the first time was stored. */
  readonly again?: boolean;
}

/** The record of a row without an outcome worth telling. */
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

/** A planned row that the run ended without writing. */
export function notReached(record: RowRecord): RowRecord {
  return record.status === 'planned' ? { ...record, status: 'skipped' } : record;
}

/** A row that was sent, and whose answer is not known. */
export function doubtfulRecord(record: RowRecord): RowRecord {
  const message = 'sent, but what came of it was never written down; `apply --resume` asks the service';
  return { ...notReached(record), error: { kind: 'interrupted', message, code: null } };
}

/**
 * An overview without what Graph adds to it in an answer.
 * @param known whose texts are taken where they are the same: of a large run each is then held once
 */
export function plainOverview(overview: Overview, known: Overview | null = null): Overview {
  const added = Object.keys(overview).some((name) => name.includes('@'));
  const plain: Record<string, unknown> = added
    ? Object.fromEntries(Object.entries(overview).filter(([name]) => !name.includes('@')))
    : { ...overview };
  for (const [name, value] of Object.entries(known ?? {})) if (plain[name] === value) plain[name] = value;
  return plain;
}

/** What a row replaces. The service names an overview by its configuration. */
export function replacedOverview({ deviceConfigurationId: id }: Row, overview: Overview): Overview {
  return plainOverview(overview, { id });
}
