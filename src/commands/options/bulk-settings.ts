import { DOCUMENTED_QUOTA, QUOTA } from '../../catalog/quota.ts';
import type { Limit } from '../../graph/quota/limit.ts';
import { InputErrors, usage } from '../../outcome/errors.ts';
import { DEFAULT_SETTINGS, type RunSettings } from '../../runs/journal-entries.ts';
import type { Shard } from '../../runs/shard.ts';
import type { BulkOptions } from './bulk-options.ts';
import { readDuration, readRate } from './duration.ts';

/** What `BULK_OPTIONS` say. */
export interface BulkSettings {
  readonly dryRun: boolean;
  readonly detailedExitcode: boolean;
  readonly verify: boolean;
  readonly lenient: boolean;
  readonly force: boolean;
  /** What this run may use for itself. */
  readonly limit: Limit;
  /** What all runs on this machine may use together. */
  readonly wholeLimit: Limit;
  readonly shard: Shard | undefined;
  /** Milliseconds from the beginning of the command after which no row is begun. */
  readonly deadline: number | undefined;
  readonly takeOver: boolean;
  /** Read values before they are overwritten. */
  readonly read: boolean;
  /** What a run that is made or resumed now stores for resuming it. */
  readonly kept: RunSettings;
}

/**
 * @param then what the journal of a run that is resumed says; a flag that is given now wins
 * @throws a `usage` Failure that holds every error
 */
export function readBulkSettings(
  options: BulkOptions & { readonly shard?: string; readonly read?: boolean },
  then: RunSettings = DEFAULT_SETTINGS,
): BulkSettings {
  const errors = new InputErrors();
  const kept: RunSettings = {
    rate: options.rate ?? then.rate,
    shard: options.shard ?? then.shard,
    read: options.read !== false && then.read,
    verify: options.verify !== false && then.verify,
    lenient: options.lenient === true || then.lenient,
  };
  const shard = errors.collect(() => readShard(kept.shard ?? undefined));
  const limit = errors.collect(() => readLimit(kept.rate ?? undefined));
  const { deadline: text } = options;
  const deadline = text === undefined ? undefined : errors.collect(() => readDuration(text, '--deadline'));
  if (options.detailedExitcode === true && options.dryRun !== true) {
    errors.add('--detailed-exitcode says whether something would change', 'give it with --dry-run');
  }
  errors.throwIfAny();
  return {
    dryRun: options.dryRun === true,
    detailedExitcode: options.detailedExitcode === true,
    verify: kept.verify,
    lenient: kept.lenient,
    force: options.force === true,
    limit: shareOf(limit as Limit, shard),
    wholeLimit: limit as Limit,
    shard,
    deadline,
    takeOver: options.takeOver === true,
    read: kept.read,
    kept,
  };
}

/** All requests stand in the documented ratio to writes. */
function readLimit(rate: string | undefined): Limit {
  const { writes, window } = rate === undefined ? DOCUMENTED_QUOTA : readRate(rate, '--rate');
  return { writes, requests: Math.floor((writes * QUOTA.app.requests) / QUOTA.app.writes), window };
}

/** Shards share the quota of their app. */
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
