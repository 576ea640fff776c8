import { createReadStream } from 'node:fs';
import { editedRows } from '../../input/base.ts';
import { foundRows, type NotFound } from '../../input/found-rows.ts';
import { type ReadOptions, readRows } from '../../input/read-rows.ts';
import type { FileRows, Row } from '../../input/row.ts';
import { Failure, usage } from '../../outcome/errors.ts';
import type { Named } from '../../overview/match-name.ts';
import { collectSooner } from '../../process/collect-sooner.ts';
import type { Runtime } from '../../process/runtime.ts';
import { loadPlan, rowsOf, type SavedPlan } from '../../runs/plan-file.ts';
import { directShard, type Shard } from '../../runs/shard.ts';
import { removeAbandonedSpools, type Spool, spoolInput } from '../../state/spool.ts';
import { quotedPath } from '../../text/quoted-path.ts';
import type { Invocation } from '../command.ts';
import { bytesOf, inputFile, UnreadableError } from '../files/input-file.ts';
import type { BulkSettings } from '../options/bulk-settings.ts';
import type { GraphSettings } from '../options/settings.ts';
import type { ApplyOptions } from './options.ts';

/** The input of `apply`, before configurations are found by their display names. */
export interface ApplyInput {
  readonly content: FileRows;
  /** The saved plan, if the file is one. */
  readonly saved: SavedPlan | undefined;
  /** The export that the file was edited from. */
  readonly base: FileRows | undefined;
}

/** The rows to write. */
export interface SelectedRows {
  readonly rows: readonly Row[];
  /** The saved plan, if the file is one. */
  readonly saved: SavedPlan | undefined;
  /** The shard that is still to be selected, after the overviews have been read; undefined if it is already selected. */
  readonly shard: Shard | undefined;
}

/** A file of more bytes is large: it has about 50,000 rows. */
const LARGE_FILE = 2_000_000;

/**
 * Reads and checks the whole input of `apply`: CSV, JSON or a saved plan, in a file or on standard input.
 * @throws a `usage` Failure with all errors and their lines
 */
export async function readInput(
  file: string,
  { apiVersion }: GraphSettings,
  { runtime, options }: Invocation<ApplyOptions>,
): Promise<ApplyInput> {
  await removeAbandonedSpools(runtime);
  const spool = await spoolOf(file, runtime);
  try {
    const path = spool?.path ?? file;
    const saved = await loadPlan(path);
    const reading = { apiVersion, now: runtime.clock.now() };
    const content =
      saved === undefined
        ? await readRows(createReadStream(path), reading)
        : { rows: await rowsOf(saved), named: [] };
    const base = options.base !== undefined ? await readBase(options.base, saved, reading) : undefined;
    return { content, saved, base };
  } finally {
    await spool?.remove();
  }
}

/** The display names in a file and its base by which configurations must be found, each once. */
export function namesIn({ content, base }: ApplyInput): readonly string[] {
  return [...new Set([...content.named, ...(base?.named ?? [])].map(({ name }) => name))];
}

/**
 * Selects the rows to write, after configurations have been found by their names.
 * @throws a `usage` Failure with all errors and their lines
 */
export function selectRows(
  { content, saved, base }: ApplyInput,
  found: ReadonlyMap<string, Named | NotFound>,
  { shard }: BulkSettings,
  options: ApplyOptions,
): SelectedRows {
  const own = foundRows(content, found);
  const source = `--base ${JSON.stringify(options.base ?? '')}`;
  const rows =
    base === undefined
      ? own
      : editedRows(
          own,
          ofBase(source, () => foundRows(base, found)),
        );
  if (shard === undefined) return { rows, saved, shard };
  const part = directShard(rows, shard);
  if (part !== undefined) return { rows: part, saved, shard: undefined };
  if (options.read !== false) return { rows, saved, shard };
  throw usage(
    'with `via` in a row, --shard depends on the overviews, which --no-read does not read',
    'remove one of the two',
  );
}

const BASE_HINT = 'give the output of `list` before it was edited';

/** Runs a step on the base, and adds the name of the file to its `usage` failures. */
function ofBase<Result extends FileRows | readonly Row[] | Promise<FileRows>>(
  source: string,
  step: () => Result,
): Result {
  const named = (error: unknown): never => {
    if (!(error instanceof Failure) || error.kind !== 'usage') throw error;
    throw error.with({ hint: error.details.hint ?? BASE_HINT }, `${source}: ${error.message}`);
  };
  try {
    const result = step();
    return result instanceof Promise ? (result.catch(named) as Result) : result;
  } catch (error) {
    return named(error);
  }
}

/** Reads the base. @throws a `usage` Failure if it cannot be read, or if it is not a bulk file */
async function readBase(file: string, saved: SavedPlan | undefined, reading: ReadOptions): Promise<FileRows> {
  const source = `--base ${JSON.stringify(file)}`;
  const hint = BASE_HINT;
  if (saved !== undefined)
    throw usage('a saved plan already has the values before: --base has no effect', 'remove --base');
  const { pipe } = await inputFile(file).catch((error: unknown) => {
    if (!(error instanceof UnreadableError)) throw error;
    throw usage(`${source}: ${error.message}`, hint);
  });
  if (pipe) throw usage(`${source}: is a pipe`, hint);
  return ofBase(source, () => readRows(createReadStream(file), { ...reading, isBase: true }));
}

/** Copies standard input or a named pipe to a file, since it can be read only once; undefined for a file. */
async function spoolOf(file: string, runtime: Runtime): Promise<Spool | undefined> {
  if (file === '-') return spoolInput(runtime.stdin, 'standard input', runtime);
  const { size, pipe } = await inputFile(file).catch((error: unknown) => {
    if (!(error instanceof UnreadableError)) throw error;
    throw usage(`${quotedPath(file)}: ${error.message}`, 'give a CSV, JSON or a saved plan');
  });
  if (pipe) return spoolInput(bytesOf(file, runtime.signal), quotedPath(file), runtime);
  if (size > LARGE_FILE) collectSooner();
  return undefined;
}
