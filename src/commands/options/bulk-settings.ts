import { QUOTA } from '../../catalog/quota.ts';
import type { Limit } from '../../graph/pace.ts';
import { InputErrors, usage } from '../../outcome/errors.ts';
import type { Shard } from '../../runs/shard.ts';
import type { BulkOptions } from './bulk-options.ts';
import { readRate } from './duration.ts';

/** What `BULK_OPTIONS` say. */
export interface BulkSettings {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly detailedExitcode: boolean;
  readonly verify: boolean;
  readonly lenient: boolean;
  readonly force: boolean;
  readonly limit: Limit;
  readonly shard: Shard | undefined;
}

/** @throws a `usage` Failure that holds every fault */
export function readBulkSettings(options: BulkOptions & { readonly shard?: string }): BulkSettings {
  const errors = new InputErrors();
  const shard = errors.collect(() => readShard(options.shard));
  const limit = errors.collect(() => readLimit(options.rate, shard));
  if (options.detailedExitcode === true && options.dryRun !== true) {
    errors.add('--detailed-exitcode says whether something would change', 'give it with --dry-run');
  }
  errors.throwIfAny();
  return {
    yes: options.yes === true,
    dryRun: options.dryRun === true,
    detailedExitcode: options.detailedExitcode === true,
    verify: options.verify !== false,
    lenient: options.lenient === true,
    force: options.force === true,
    limit: limit as Limit,
    shard,
  };
}

/** All requests stand in the documented ratio to writes; shards share the quota of their app. */
function readLimit(rate: string | undefined, shard: Shard | undefined): Limit {
  const share = shard?.count ?? 1;
  const { writes, window } =
    rate !== undefined ? readRate(rate, '--rate') : { writes: QUOTA.app.writes, window: QUOTA.window };
  const ratio = QUOTA.app.requests / QUOTA.app.writes;
  const own = Math.max(1, Math.floor(writes / share));
  return { writes: own, requests: Math.max(1, Math.floor((writes * ratio) / share)), window };
}

function readShard(value: string | undefined): Shard | undefined {
  if (value === undefined) return undefined;
  const [, index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(value) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index >= 1 && shard.index <= shard.count) return shard;
  throw usage(`--shard: ${JSON.stringify(value)} is not allowed`, 'write 1/4 for the first of four parts');
}
