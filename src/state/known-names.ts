import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runtime } from '../process/runtime.ts';
import { isObject } from '../text/is-object.ts';
import { parseJson } from '../text/parse-json.ts';
import { stateFolder } from './folder.ts';
import { readPrivate, writePrivate } from './private-file.ts';

type Place = Pick<Runtime, 'env' | 'platform' | 'home'>;

/** The tenant that the names belong to. */
export interface NamesTarget {
  /** `local`, an endpoint, or the Graph of a cloud. */
  readonly graph: string;
  /** Id of the tenant; null if the token does not have it. */
  readonly tenant: string | null;
  /** The tenant in `--tenant` or the environment: an id or a domain. */
  readonly asked: string | null;
}

/** Display names by the ids of the configurations. */
export type Names = ReadonlyMap<string, string>;

/** Maximum number of files; the oldest are removed. Endpoints on loopback change with their ports. */
const MAX_FILES = 16;

/**
 * Stores the names of configurations for completion, in a file that only its owner may read.
 * @param whole whether they are all names of the tenant, so that other stored names are removed
 * @throws the system's error, or an UnsafeFileError, if they cannot be stored
 */
export async function keepNames(
  place: Place,
  target: NamesTarget,
  names: Names,
  { whole }: { readonly whole: boolean },
): Promise<void> {
  const folder = namesFolder(place);
  if (folder === undefined) return;
  const path = join(folder, `${keyOf(target.graph)}-${keyOf(target.tenant ?? '')}.json`);
  const known = whole ? undefined : (await readNames(path))?.names;
  if (known !== undefined && [...names].every(([id, name]) => known.get(id) === name)) return;
  const { graph, tenant, asked } = target;
  const all = [...new Map([...(known ?? []), ...names])];
  await writePrivate(path, JSON.stringify({ graph, tenant, asked, names: all }));
  await removeOldest(folder);
}

/**
 * The stored names of a Graph; those stored last if there are several tenants.
 * @param tenant an id or a domain; undefined for any tenant
 */
export async function recallNames(place: Place, graph: string, tenant: string | undefined): Promise<Names> {
  const folder = namesFolder(place);
  if (folder === undefined) return new Map();
  for (const path of await newestFirst(folder, `${keyOf(graph)}-`)) {
    const kept = await readNames(path).catch(() => undefined);
    if (kept === undefined || kept.graph !== graph) continue;
    if (tenant === undefined || tenant === kept.tenant || tenant === kept.asked) return kept.names;
  }
  return new Map();
}

function namesFolder(place: Place): string | undefined {
  const state = stateFolder(place);
  return state === undefined ? undefined : join(state, 'names');
}

/** A part of a file name for any text. */
function keyOf(text: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** @returns undefined if there is no such file, or if it has other content */
async function readNames(path: string): Promise<(NamesTarget & { readonly names: Names }) | undefined> {
  const text = await readPrivate(path);
  if (text === undefined) return undefined;
  const kept = parseJson(text);
  if (!isObject(kept) || typeof kept.graph !== 'string' || !Array.isArray(kept.names)) return undefined;
  const names = new Map(kept.names.filter(isPair));
  const [tenant, asked] = [kept.tenant, kept.asked].map((one) => (typeof one === 'string' ? one : null));
  return { graph: kept.graph, tenant: tenant ?? null, asked: asked ?? null, names };
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string');
}

async function removeOldest(folder: string): Promise<void> {
  for (const path of (await newestFirst(folder, '')).slice(MAX_FILES)) await rm(path, { force: true });
}

async function newestFirst(folder: string, prefix: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const paths = names
    .filter((name) => name.startsWith(prefix) && name.endsWith('.json'))
    .map((name) => join(folder, name));
  const times = await Promise.all(
    paths.map(async (path) => ({ path, at: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  return times.sort((one, other) => other.at - one.at).map(({ path }) => path);
}
