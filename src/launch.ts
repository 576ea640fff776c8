import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openCodeCache } from './code-cache.ts';

/** What a chunk exports. */
type Exports = Record<string, unknown>;

/** The body of a chunk, as `build/bundle.mjs` writes it. */
type Body = (
  module: { exports: Exports },
  require: (specifier: string) => unknown,
  importPackage: (name: string) => Promise<unknown>,
  meta: { readonly url: string },
) => void;

/** The hash of this build; the build puts it here. */
declare const BUILD_ID: string;

/**
 * Runs the program from the scripts beside this file, with V8's compiled code where an earlier run left it. A module
 * loader of its own, because Node 20 keeps no compiled code and its loader of ES modules takes longer than the program.
 */
const bodies = new Map<string, Body>();
const loaded = new Map<string, { exports: Exports }>();
const cache = openCodeCache(process, BUILD_ID, __dirname);

/** Stands for `import.meta`: every chunk is in this folder. */
const meta = {
  get url() {
    return pathToFileURL(__filename).href;
  },
};

/** @param file the script that defines the chunk `name`, among others */
function load(file: string, name: string): Exports {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const define = (part: string, body: Body): unknown => bodies.set(part, body);
  if (!bodies.has(name)) (cache.run(join(__dirname, file)) as (take: typeof define) => void)(define);
  const body = bodies.get(name);
  if (body === undefined) throw new Error(`${file} does not hold ${name}`);
  const module: { exports: Exports } = { exports: {} };
  loaded.set(name, module);
  body(module, requireFrom, importPackage, meta);
  return module.exports;
}

/** A chunk of the program, as `./file.js#chunk.js`, or what Node and installed packages provide. */
function requireFrom(specifier: string): unknown {
  if (!specifier.startsWith('./')) return require(specifier);
  const [file = '', name = file] = specifier.slice(2).split('#');
  return load(file, name);
}

function importPackage(name: string): Promise<unknown> {
  return import(name);
}

void (load('main.js', 'main.js') as unknown as typeof import('./main.ts')).start();
