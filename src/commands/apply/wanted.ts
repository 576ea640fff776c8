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

/** What a file holds, before the configurations are known that it names by their display names. */
export interface WantedFile {
  readonly asked: FileRows;
  /** The plan that the file is, where it is one. */
  readonly saved: SavedPlan | undefined;
  /** The export that the file was edited from. */
  readonly base: FileRows | undefined;
}

/** What a file wants to be written. */
export interface Wanted {
  readonly rows: readonly Row[];
  /** The plan that the file is, where it is one. */
  readonly saved: SavedPlan | undefined;
  /** The part that is still to be taken of the rows, once it is known to which overviews they lead. */
  readonly shard: Shard | undefined;
}

/** From this many bytes on a file is large: some 50,000 rows. */
const LARGE = 2_000_000;

/**
 * Reads and checks the whole input of `apply`: CSV, JSON or a saved plan, in a file or on standard input.
 * @throws a `usage` Failure that holds every error with its line
 */
export async function readWanted(
  file: string,
  { apiVersion }: GraphSettings,
  { runtime, options }: Invocation<ApplyOptions>,
): Promise<WantedFile> {
  await removeAbandonedSpools(runtime);
  const spool = await spoolOf(file, runtime);
  try {
    const path = spool?.path ?? file;
    const saved = await loadPlan(path);
    const reading = { apiVersion, now: runtime.clock.now() };
    const asked =
      saved === undefined
        ? await readRows(createReadStream(path), reading)
        : { rows: await rowsOf(saved), named: [] };
    const base = options.base !== undefined ? await readBase(options.base, saved, reading) : undefined;
    return { asked, saved, base };
  } finally {
    await spool?.remove();
  }
}

/** The display names in a file and in its base that stand for configurations, each once. */
export function namesIn({ asked, base }: WantedFile): readonly string[] {
  return [...new Set([...asked.named, ...(base?.named ?? [])].map(({ name }) => name))];
}

/**
 * What is to be written, once it is known what was found for each name.
 * @throws a `usage` Failure that holds every error with its line
 */
export function wantedOf(
  { asked, saved, base }: WantedFile,
  found: ReadonlyMap<string, Named | NotFound>,
  { shard }: BulkSettings,
  options: ApplyOptions,
): Wanted {
  const own = foundRows(asked, found);
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
    '--shard has to read to which overviews rows with `via` lead, and --no-read forbids it',
    'remove one of the two',
  );
}

const BASE_HINT = 'give the file that `list` printed and that this one was edited from';

/** Carries out a step on the base; the file is named in what is wrong with it. */
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

/** The export that the file was edited from. @throws a `usage` Failure where it cannot be read or is no bulk file */
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
  return ofBase(source, () => readRows(createReadStream(file), reading));
}

/** Standard input and named pipes, which can be read only once, as files. */
async function spoolOf(file: string, runtime: Runtime): Promise<Spool | undefined> {
  if (file === '-') return spoolInput(runtime.stdin, 'standard input', runtime);
  const { size, pipe } = await inputFile(file).catch((error: unknown) => {
    if (!(error instanceof UnreadableError)) throw error;
    throw usage(`${quotedPath(file)}: ${error.message}`, 'give a CSV, JSON or a saved plan');
  });
  if (pipe) return spoolInput(bytesOf(file, runtime.signal), quotedPath(file), runtime);
  if (size > LARGE) collectSooner();
  return undefined;
}
