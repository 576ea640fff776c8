// Makes dist/ from src/: esbuild splits the program into chunks, and each chunk becomes a script that
// src/launch.ts runs.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { cellWidth } from './cell-width.cjs';
import { withLateBuiltins, withPlainExports } from './edits.mjs';
import { noticesOf } from './notices.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const TARGET = 'node20';
const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Packages that stay packages: those that are installed with this one, and the keyring's, which may be there. */
const PACKAGES = [...Object.keys(dependencies), '@azure/identity-cache-persistence'];

/** Imported when they are needed, which is nearly always; or so small that a file of its own would cost more. */
const HOT = ['src/commands/command-tree.ts', 'src/present/table.ts', 'src/commands/routes/run.ts'];

/** A chunk that so many others import is one of those that commands share; a small one stands with what all need. */
const MANY = 4;
const SMALL = 6_000;

/** The parser of the command line can start other programs; this one never does, and need not load what that takes. */
const noChildProcesses = {
  name: 'no-child-processes',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/commander/') ? { path: 'none', namespace: 'no-child-processes' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'no-child-processes' }, () => ({ contents: 'export default {}' }));
  },
};

/** Tables are measured as everything else is. */
const ownCellWidth = {
  name: 'own-cell-width',
  setup({ onResolve }) {
    onResolve({ filter: /^string-width$/ }, ({ path, importer }) => ({ path: cellWidth(path, importer) }));
  },
};

const TRANSFORM = { platform: 'node', target: TARGET };

const options = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: TARGET,
  // Of a package that comes in both formats, the ES modules: they can be split, and name all that they need.
  mainFields: ['module', 'main'],
  // This one names its ES modules for browsers alone; of its CommonJS, `import()` would give the default export only.
  alias: { yaml: join(ROOT, 'node_modules/yaml/browser/dist/index.js') },
  outdir: DIST,
  write: false,
  legalComments: 'none',
  logLevel: 'warning',
};
const { outputFiles, metafile } = await build({
  ...options,
  entryPoints: ['src/main.ts'],
  splitting: true,
  format: 'esm',
  // cli-table3 requires it for colours of its own, which nothing here asks for.
  external: [...PACKAGES, '@colors/colors'],
  sourcemap: 'inline',
  metafile: true,
  plugins: [noChildProcesses, ownCellWidth],
  define: { 'import.meta.url': 'meta.url' },
});
const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));

// Nearly every start parses a command line and draws a table, and most commands share what talks to Graph: reading one
// file takes less than reading ten.
const files = new Map();
gather('main.js', ['main.js', ...named(({ entryPoint }) => HOT.includes(entryPoint))]);
const isShared = (name) => importersOf(name).length >= MANY;
gather(
  'main.js',
  named(({ bytes }, name) => isShared(name) && bytes < SMALL),
);
gather(
  'shared.js',
  named((_, name) => isShared(name)),
);
for (const name of outputs.keys()) gather(name, [name], false);

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST);
const chunks = new Map();
for (const { path, text } of outputFiles) chunks.set(basename(path), await asFunction(basename(path), text));
for (const file of new Set(files.values())) writeScript(file);
await buildLauncher();
writeFileSync(join(DIST, 'package.json'), '{"type":"commonjs"}\n');
// The help of the program is the same wherever its width is not a terminal's.
const help = execFileSync(process.execPath, [join(ROOT, 'bin/graph-overview.js'), '--help'], {
  encoding: 'utf8',
  env: { NODE_DISABLE_COMPILE_CACHE: '1' },
});
writeFileSync(join(DIST, 'help.txt'), help);
writeFileSync(join(DIST, 'THIRD-PARTY.txt'), noticesOf(Object.keys(metafile.inputs), ROOT));

/** Puts chunks, and all that they import at once, into one file; those that are in none yet. */
function gather(file, names, withImports = true) {
  for (const name of names) {
    if (files.has(name)) continue;
    files.set(name, file);
    if (withImports) gather(file, importsOf(name));
  }
}

function named(wanted) {
  return [...outputs].filter(([name, output]) => wanted(output, name)).map(([name]) => name);
}

/** The chunks that a chunk imports at once. */
function importsOf(name) {
  return outputs
    .get(name)
    .imports.filter(({ kind }) => kind === 'import-statement')
    .map(({ path }) => basename(path))
    .filter((path) => outputs.has(path));
}

function importersOf(name) {
  return named((_, other) => importsOf(other).includes(name));
}

/** A chunk as the body of a function that is given `module`, `require`, `importPackage` and `meta`. */
async function asFunction(name, text) {
  // A package is really imported, whatever its format; a chunk of our own is required.
  const code = text.replaceAll(/\bimport\((?!"(?:\.\/|node:))/g, 'importPackage(');
  const required = await transform(code, {
    ...TRANSFORM,
    format: 'cjs',
    sourcefile: name,
    sourcemap: 'inline',
    supported: { 'dynamic-import': false },
  });
  // Edits keep to their lines, so that the map holds; only then everything goes into one line.
  const small = await transform(withFiles(withLateBuiltins(withPlainExports(required.code))), {
    ...TRANSFORM,
    sourcefile: name,
    sourcemap: 'external',
    minifyWhitespace: true,
  });
  return { code: small.code, map: withOwnSources(JSON.parse(small.map)) };
}

/** The map tells every place; the text of a source only where it is our own: the others can be had from their packages. */
function withOwnSources(map) {
  const sourcesContent = map.sources.map((source, place) =>
    source.includes('node_modules/') ? null : map.sourcesContent[place],
  );
  return { ...map, sourcesContent };
}

/** A chunk is required with the file it is in: `./shared.js#chunk-ABC.js`. */
function withFiles(code) {
  return code.replaceAll(/\brequire\("\.\/([^"]+)"\)/g, (_, name) => {
    if (!files.has(name)) throw new Error(`${name} is required, but is not in the bundle`);
    return `require("./${files.get(name)}#${name}")`;
  });
}

/** A script that defines the chunks of a file; its map says where each line came from. */
function writeScript(file) {
  let code = '(function (define) {\n';
  const sections = [];
  for (const [name, { code: body, map }] of chunks) {
    if (files.get(name) !== file) continue;
    code += `define("${name}", function (module, require, importPackage, meta) {\n`;
    sections.push({ offset: { line: code.split('\n').length - 1, column: 0 }, map });
    code += `${body}});\n`;
  }
  if (/[^\0-\x7f]/.test(code)) throw new Error(`${file} is not ASCII: src/code-cache.ts reads it as such`);
  code += `})\n//# sourceMappingURL=${file}.map\n`;
  writeFileSync(join(DIST, file), code);
  writeFileSync(join(DIST, `${file}.map`), JSON.stringify({ version: 3, file, sections }));
}

/** The launcher knows this build by the hash of its code, so that no cache of another one is taken for its own. */
async function buildLauncher() {
  const hash = createHash('sha256');
  for (const [name, { code }] of chunks) hash.update(name).update(code);
  await build({
    ...options,
    entryPoints: ['src/launch.ts'],
    format: 'cjs',
    sourcemap: true,
    minifyWhitespace: true,
    write: true,
    define: { BUILD_ID: JSON.stringify(hash.digest('hex').slice(0, 16)) },
  });
}
