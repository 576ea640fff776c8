// Makes dist/ from src/: the program as CommonJS chunks that Node loads by itself, and the page of `report`.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { cellWidth } from './cell-width.cjs';
import { demandListed, noticesOf, packagesOf } from './packages.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** What a package can do and is never asked to: the parser to start programs, the tables to paint by themselves. */
const UNUSED = { 'node:child_process': 'commander', '@colors/colors/safe': 'cli-table3' };
const withoutUnused = {
  name: 'without-unused',
  resolveId: (id, importer = '') =>
    id in UNUSED && importer.split(/[\\/]/).includes(UNUSED[id]) ? '\0unused' : null,
  load: (id) => (id === '\0unused' ? 'export default {}' : null),
};

/**
 * What undici requires and no request here uses, and what stands for it: HTTP/2 (30 ms of start-up; TLS offers HTTP/1.1
 * alone), SOCKS, fetch's bodies (ours are texts or bytes), of `node:http` (5 ms) a number and a type of body, and of
 * `node:assert` (2 ms) one function.
 */
const UNUSED_BY_UNDICI = new Map([
  ['./client-h2.js', 'module.exports = undefined;'],
  ['./socks5-proxy-agent', 'module.exports = undefined;'],
  ['../web/fetch/body.js', 'module.exports = undefined;'],
  ['node:http', 'module.exports = { maxHeaderSize: 16384, IncomingMessage: class {} };'],
  [
    'node:assert',
    "module.exports = (holds, message = 'undici: assertion failed') => { if (!holds) throw new Error(message); };",
  ],
]);
const onlyHttp1 = {
  name: 'only-http-1',
  resolveId: (id, importer) =>
    UNUSED_BY_UNDICI.has(id) && /[\\/]undici[\\/]/.test(importer ?? '') ? `\0unused:${id}` : null,
  load: (id) => UNUSED_BY_UNDICI.get(id.replace('\0unused:', '')),
};

/** Tables are measured as everything else is. */
const ownCellWidth = { name: 'own-cell-width', resolveId: cellWidth };

const { output } = await build({
  cwd: ROOT,
  input: { main: 'src/cli/main.ts' },
  platform: 'node',
  // Else the entry would be one more file, which only requires the first chunk.
  preserveEntrySignatures: 'allow-extension',
  // Of a package that comes in both formats, the ES modules: they name all that they need.
  resolve: { mainFields: ['module', 'main'] },
  // Packages that stay packages: those that are installed with this one, and the keyring's, which may be there.
  external: [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)],
  plugins: [withoutUnused, onlyHttp1, ownCellWidth],
  transform: { target: 'node20' },
  checks: { ineffectiveDynamicImport: false },
  output: {
    dir: DIST,
    cleanDir: true,
    format: 'cjs',
    chunkFileNames: '[name].js',
    codeSplitting: {
      groups: [
        // One file each: what nearly every start runs, what every patch runs besides, its client, what many commands share.
        { name: 'main', test: /(cli[\\/]main|present[\\/]table|commands[\\/]routes[\\/]run)\.ts$|unused$/ },
        { name: 'patch', test: /commands[\\/]patch[\\/]run\.ts$/ },
        { name: 'undici', test: /undici[\\/]lib[\\/](dispatcher[\\/]agent|core[\\/]connect)\.js$/ },
        { name: 'shared', minShareCount: 6 },
      ],
    },
    comments: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
  },
});
await build({
  cwd: ROOT,
  input: 'src/report/page/report-page.ts',
  transform: { target: 'es2022' },
  output: { dir: DIST, format: 'iife', comments: false },
});
copyFileSync(join(ROOT, 'src/report/page/report-page.css'), join(DIST, 'report-page.css'));
writeFileSync(join(DIST, 'package.json'), '{"type":"commonjs"}\n');

const packages = packagesOf(output.flatMap(({ moduleIds = [] }) => moduleIds));
demandListed(packages, manifest);
writeFileSync(join(DIST, 'THIRD-PARTY.txt'), noticesOf(packages));

// The help of the program is the same wherever its width is not a terminal's: made once, it needs no parser.
const help = execFileSync(process.execPath, [join(ROOT, 'bin/graph-overview.js'), '--help']);
writeFileSync(join(DIST, 'help.txt'), help);
