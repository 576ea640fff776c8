import { DOCUMENTED_QUOTA, QUOTA } from '../../catalog/quota.ts';
import type { Limit } from '../../graph/quota/limit.ts';
import { InputErrors, usage } from '../../outcome/errors.ts';
import { DEFAULT_SETTINGS, type RunSettings } from '../../runs/journal-entries.ts';
import type { Shard } from '../../runs/shard.ts';
import type { BulkOptions } from './bulk-options.ts';
import { readDuration, readRate } from './duration.ts';

/** The settings of `BULK_OPTIONS`. */
export interface BulkSettings {
  readonly dryRun: boolean;
  readonly detailedExitcode: boolean;
  readonly verify: boolean;
  readonly lenient: boolean;
  readonly force: boolean;
  /** The quota of this run. */
  readonly limit: Limit;
  /** The quota of all runs on this machine together. */
  readonly wholeLimit: Limit;
  readonly shard: Shard | undefined;
  /** Milliseconds after the start of the command after which no row is started. */
  readonly deadline: number | undefined;
  readonly takeOver: boolean;
  /** Read values before they are overwritten. */
  readonly read: boolean;
  /** The settings that the journal stores for a resume. */
  readonly stored: RunSettings;
}

/**
 * Reads `BULK_OPTIONS`, `--shard` and `--no-read`.
 * @param defaults the settings in the journal of a resumed run; flags override them
 * @throws a `usage` Failure with all errors
 */
export function readBulkSettings(
  options: BulkOptions & { readonly shard?: string; readonly read?: boolean },
  defaults: RunSettings = DEFAULT_SETTINGS,
): BulkSettings {
  const errors = new InputErrors();
  const stored: RunSettings = {
    rate: options.rate ?? defaults.rate,
    shard: options.shard ?? defaults.shard,
    read: options.read !== false && defaults.read,
    verify: options.verify !== false && defaults.verify,
    lenient: options.lenient === true || defaults.lenient,
  };
  const shard = errors.collect(() => readShard(stored.shard ?? undefined));
  const limit = errors.collect(() => readLimit(stored.rate ?? undefined));
  const { deadline: text } = options;
  const deadline = text === undefined ? undefined : errors.collect(() => readDuration(text, '--deadline'));
  if (options.detailedExitcode === true && options.dryRun !== true) {
    errors.add('--detailed-exitcode applies only to --dry-run', 'add --dry-run');
  }
  errors.throwIfAny();
  return {
    dryRun: options.dryRun === true,
    detailedExitcode: options.detailedExitcode === true,
    verify: stored.verify,
    lenient: stored.lenient,
    force: options.force === true,
    limit: shareOf(limit as Limit, shard),
    wholeLimit: limit as Limit,
    shard,
    deadline,
    takeOver: options.takeOver === true,
    read: stored.read,
    stored,
  };
}

/** The limit for all requests follows from that for writes by the documented ratio. */
function readLimit(rate: string | undefined): Limit {
  const { writes, window } = rate === undefined ? DOCUMENTED_QUOTA : readRate(rate, '--rate');
  return { writes, requests: Math.floor((writes * QUOTA.app.requests) / QUOTA.app.writes), window };
}

/** The part of the quota for one shard: all shards use the quota of the same app. */
function shareOf({ writes, requests, window }: Limit, { count }: Pick<Shard, 'count'> = { count: 1 }): Limit {
  const share = (whole: number): number => Math.max(1, Math.floor(whole / count));
  return { writes: share(writes), requests: share(requests), window };
}

function readShard(value: string | undefined): Shard | undefined {
  if (value === undefined) return undefined;
  const [, index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(value) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index >= 1 && shard.index <= shard.count) return shard;
  throw usage(`--shard: ${JSON.stringify(value)} is not allowed`, 'write 1/4 for the first of four parts');
}
