import {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { Script } from 'node:vm';

/** What the cache needs to know of the process. */
type Host = Pick<
  NodeJS.Process,
  'argv' | 'env' | 'platform' | 'arch' | 'version' | 'execArgv' | 'exitCode' | 'once'
> & {
  geteuid?(): number;
};

/** Runs scripts, compiled by V8 in an earlier run where it can be trusted that they are these very scripts. */
export interface CodeCache {
  /** @returns what the script evaluates to */
  run(file: string): unknown;
}

/** A script as it was loaded, for the cache to be written at the end. */
interface Loaded {
  readonly file: string;
  readonly script: Script;
  readonly stamp: Stamp;
}

/** What must be the same for compiled code to be used: V8 compares no more than the length of the source. */
interface Stamp {
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

/** Compiled code of one script, as it was kept. */
interface Kept {
  readonly code: Buffer;
  /** V8's own tag of what compiled it. */
  readonly tag: number;
  /** The kinds of calls whose functions are in it; only the first script of a run keeps them. */
  readonly kinds: readonly number[];
}

/**
 * Opens the cache. It is the user's own: a folder below the user's caches that nobody else can write, one for each
 * installation, build, Node and set of V8's flags. Compiled code holds the functions that were called; so it is written at the end of
 * a run that met a script without it, and of the first run of each kind of call. What fails here is passed over: without
 * the cache everything works, only later.
 * @param home the folder of the scripts: two installations of one build would each take the other's code for stale
 */
export function openCodeCache(host: Host, build: string, home: string): CodeCache {
  const folder = cacheFolder(host, build, home);
  const loaded: Loaded[] = [];
  let first: Kept | undefined;
  let tag: number | undefined;
  let complete = true;

  const learn = (): void => {
    const kind = kindOf(host);
    const kinds = first?.kinds ?? [];
    if (folder === undefined || (complete && (kinds.includes(kind) || kinds.length >= KINDS))) return;
    // Code that was compiled under flags of V8 that the run changed would be refused by the next one.
    if (tag !== versionTag()) return;
    save(folder, loaded, tag, [...new Set([...kinds, kind])].slice(-KINDS), host);
  };

  return {
    run(file) {
      const { text, stats } = readSource(file);
      const stamp = { size: stats.size, modified: stats.mtimeMs };
      const kept = folder === undefined ? undefined : readKept(join(folder, basename(file)), stamp, host);
      const script = new Script(text, { filename: file, ...(kept && { cachedData: kept.code }) });
      const accepted = kept !== undefined && script.cachedDataRejected === false;
      if (loaded.length === 0) {
        if (accepted) first = kept;
        tag = accepted ? kept.tag : versionTag();
        host.once('exit', () => attempt(learn));
      }
      if (!accepted) complete = false;
      loaded.push({ file, script, stamp });
      return script.runInThisContext();
    },
  };
}

/** Calls that run much the same functions: the same command, the same flags, the same end. */
function kindOf({ argv, exitCode }: Host): number {
  const [, , command = '', ...rest] = argv;
  const flags = rest.filter((word) => word.startsWith('-')).map((word) => word.replace(/=.*/s, ''));
  return hash([command, ...flags.sort(), exitCode ?? 0].join(' '));
}

/** Undefined where the user has no folder for caches, or wants none: NODE_DISABLE_COMPILE_CACHE is Node's own switch. */
function cacheFolder(host: Host, build: string, home: string): string | undefined {
  const { env, platform, arch, version, execArgv } = host;
  if ((env.NODE_DISABLE_COMPILE_CACHE ?? '') !== '') return undefined;
  const caches = cachesOfUser(env, platform);
  if (caches === undefined || !isAbsolute(caches)) return undefined;
  const place = hash([home, ...execArgv, env.NODE_OPTIONS ?? ''].join('\n')).toString(36);
  return join(caches, 'graph-overview', `code-${build}-${version}-${arch}-${place}`);
}

function cachesOfUser(env: Host['env'], platform: Host['platform']): string | undefined {
  if (platform === 'win32') return env.LOCALAPPDATA;
  if ((env.XDG_CACHE_HOME ?? '') !== '') return env.XDG_CACHE_HOME;
  if ((env.HOME ?? '') === '') return undefined;
  return join(env.HOME ?? '', platform === 'darwin' ? 'Library/Caches' : '.cache');
}

/** Tells texts apart that are no secret; hashing by node:crypto would take longer than all the rest. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1)
    sum = Math.imul(sum ^ text.charCodeAt(place), 0x01000193);
  return sum >>> 0;
}

/** The build writes ASCII alone, which is read faster than UTF-8. */
function readSource(file: string): { text: string; stats: Stats } {
  const { bytes, stats } = readWhole(file);
  return { text: bytes.toString('latin1'), stats };
}

function readWhole(file: string): { bytes: Buffer; stats: Stats } {
  const descriptor = openSync(file, 'r');
  try {
    const stats = fstatSync(descriptor);
    const bytes = Buffer.allocUnsafeSlow(stats.size);
    const length = readSync(descriptor, bytes, 0, stats.size, 0);
    return { bytes: bytes.subarray(0, length), stats };
  } finally {
    closeSync(descriptor);
  }
}

/** How many kinds of calls are learned. */
const KINDS = 32;

/** Before the compiled code: V8's tag, the size of the source, its time of change, the kinds (nought is none). */
const HEADER = 24 + 4 * KINDS;

/** The compiled code of a script, where it is of this script and of this user's making. */
function readKept(path: string, stamp: Stamp, host: Host): Kept | undefined {
  return attempt(() => {
    const { bytes, stats } = readWhole(path);
    if (!stats.isFile() || !isPrivate(stats, host) || bytes.length <= HEADER) return undefined;
    if (bytes.readDoubleLE(8) !== stamp.size || bytes.readDoubleLE(16) !== stamp.modified) return undefined;
    const kinds = Array.from({ length: KINDS }, (_, place) => bytes.readUInt32LE(24 + 4 * place));
    return {
      code: bytes.subarray(HEADER),
      tag: bytes.readUInt32LE(0),
      kinds: kinds.filter((kind) => kind !== 0),
    };
  });
}

function headerOf({ size, modified }: Stamp, tag: number, kinds: readonly number[]): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(tag, 0);
  header.writeDoubleLE(size, 8);
  header.writeDoubleLE(modified, 16);
  for (const [place, kind] of kinds.entries()) header.writeUInt32LE(kind, 24 + 4 * place);
  return header;
}

/** Nobody else can have written it. On Windows the folder of the profile sees to that. */
function isPrivate({ uid, mode }: Stats, { geteuid }: Host): boolean {
  return geteuid === undefined || (uid === geteuid() && (mode & 0o022) === 0);
}

function save(
  folder: string,
  loaded: readonly Loaded[],
  tag: number,
  kinds: readonly number[],
  host: Host,
): void {
  makePrivate(folder, host);
  for (const [place, { file, script, stamp }] of loaded.entries()) {
    const path = join(folder, basename(file));
    // Another process may read it meanwhile: it appears whole or not at all.
    const draft = `${path}.${process.pid}`;
    const header = headerOf(stamp, tag, place === 0 ? kinds : []);
    writeFileSync(draft, Buffer.concat([header, script.createCachedData()]), { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
  }
}

/** Compiled code of other builds is removed when it is this old, in milliseconds. */
const FORGOTTEN = 30 * 24 * 60 * 60_000;

/**
 * Makes the folder, and removes what earlier builds left.
 * @throws where another user could change what is in it
 */
function makePrivate(folder: string, host: Host): void {
  const ours = dirname(folder);
  demandOwnPlace(dirname(ours), host);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const place of [ours, folder]) {
    const stats = lstatSync(place);
    if (!stats.isDirectory() || !isPrivate(stats, host)) throw new Error(`${place} is not this user's alone`);
  }
  for (const entry of readdirSync(ours)) {
    const path = join(ours, entry);
    if (lstatSync(path).mtimeMs < Date.now() - FORGOTTEN) rmSync(path, { recursive: true, force: true });
  }
}

/** Who runs as root with the home of another user must leave no folders of root's there. */
function demandOwnPlace(folder: string, host: Host): void {
  let place = folder;
  while (!existsSync(place)) place = dirname(place);
  const owner = statSync(place).uid;
  if (host.geteuid !== undefined && owner !== 0 && owner !== host.geteuid())
    throw new Error(`${place} is another user's`);
}

/** Differs where V8 would refuse what it compiled: by version, flags, and abilities of the processor. */
function versionTag(): number {
  return process.getBuiltinModule('node:v8').cachedDataVersionTag();
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
