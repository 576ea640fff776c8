// Makes dist/ from src/: esbuild splits the program into chunks, and each chunk becomes a script that
// src/launch.ts runs. What every start needs stands together in one file, so that it is read once.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { noticesOf } from './notices.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const TARGET = 'node20';
const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Packages that stay packages: those that are installed with this one, and the keyring's, which may be there. */
const PACKAGES = [...Object.keys(dependencies), '@azure/identity-cache-persistence'];

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

const options = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: TARGET,
  // Of a package that comes in both formats, the ES modules: they can be split, and name all that they need.
  mainFields: ['module', 'main'],
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
  external: PACKAGES,
  sourcemap: 'inline',
  metafile: true,
  plugins: [noChildProcesses],
  define: { 'import.meta.url': 'meta.url' },
});
const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST);
const chunks = new Map();
for (const { path, text } of outputFiles) chunks.set(basename(path), await asFunction(basename(path), text));
// Nearly every start parses a command line, too.
const together = withImports('main.js');
for (const [name, { entryPoint }] of outputs) {
  if (entryPoint === 'src/commands/command-tree.ts') withImports(name, together);
}
writeScript('main.js', together);
for (const name of chunks.keys()) if (!together.includes(name)) writeScript(name, [name]);
await buildLauncher();
writeFileSync(join(DIST, 'package.json'), '{"type":"commonjs"}\n');
writeFileSync(join(DIST, 'THIRD-PARTY.txt'), noticesOf(Object.keys(metafile.inputs), ROOT));

/** A chunk as the body of a function that is given `module`, `require`, `importPackage` and `meta`. */
async function asFunction(name, text) {
  const packages = outputs
    .get(name)
    .imports.filter(({ kind, path }) => kind === 'dynamic-import' && PACKAGES.includes(path));
  let code = text;
  // A package is really imported, whatever its format; a chunk of our own is required.
  for (const { path } of packages) code = code.replaceAll(`import("${path}")`, `importPackage("${path}")`);
  const result = await transform(code, {
    format: 'cjs',
    platform: 'node',
    target: TARGET,
    sourcefile: name,
    sourcemap: 'external',
    supported: { 'dynamic-import': false },
    minifyWhitespace: true,
  });
  return { code: withLateBuiltins(result.code), map: JSON.parse(result.map) };
}

/** Modules of Node are loaded when they are first used, not where they are imported: some take milliseconds. */
function withLateBuiltins(code) {
  const names = new Set();
  const late = code.replaceAll(/\bvar (import_\w+)=require\(("node:[\w/]+")\);/g, (_, name, specifier) => {
    names.add(name);
    return `var ${name}_,${name}=()=>${name}_??=require(${specifier});`;
  });
  return late.replaceAll(/\b(import_\w+)\.(?=\w)/g, (use, name) => (names.has(name) ? `(${name}()).` : use));
}

/** A chunk and all that it imports at once, none of them twice. */
function withImports(name, found = []) {
  if (found.includes(name)) return found;
  found.push(name);
  for (const { kind, path } of outputs.get(name).imports) {
    if (kind === 'import-statement' && outputs.has(basename(path))) withImports(basename(path), found);
  }
  return found;
}

/** A script that defines chunks; its map says where each line came from. */
function writeScript(name, names) {
  let code = '(function (define) {\n';
  const sections = [];
  for (const part of names) {
    const chunk = chunks.get(part);
    code += `define("${part}", function (module, require, importPackage, meta) {\n`;
    sections.push({ offset: { line: code.split('\n').length - 1, column: 0 }, map: chunk.map });
    code += `${chunk.code}});\n`;
  }
  for (const [, path] of code.matchAll(/\brequire\("\.\/([^"]+)"\)/g)) {
    if (!chunks.has(path)) throw new Error(`${name} requires ${path}, which is not in the bundle`);
  }
  if (/[^\0-\x7f]/.test(code)) throw new Error(`${name} is not ASCII: src/code-cache.ts reads it as such`);
  code += `})\n//# sourceMappingURL=${name}.map\n`;
  writeFileSync(join(DIST, name), code);
  writeFileSync(join(DIST, `${name}.map`), JSON.stringify({ version: 3, file: name, sections }));
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
    write: true,
    define: { BUILD_ID: JSON.stringify(hash.digest('hex').slice(0, 16)) },
  });
}
