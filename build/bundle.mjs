// Builds dist/ from src/: the program as CommonJS chunks that Node loads without a loader, and the page of `report`.
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

/** Modules for features of packages that are not used: commander can start programs, cli-table3 can colour tables. */
const UNUSED = { 'node:child_process': 'commander', '@colors/colors/safe': 'cli-table3' };
const withoutUnused = {
  name: 'without-unused',
  resolveId: (id, importer = '') =>
    id in UNUSED && importer.split(/[\\/]/).includes(UNUSED[id]) ? '\0unused' : null,
  load: (id) => (id === '\0unused' ? 'export default {}' : null),
};

/**
 * Modules that undici requires but no request of this program uses, with their replacements: HTTP/2 (30 ms at start-up;
 * TLS offers only HTTP/1.1), SOCKS, the bodies of fetch (requests here have text or bytes), `node:http` (5 ms; undici
 * uses one number and one class of it) and `node:assert` (2 ms; one function).
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

/** Makes cli-table3 measure text in the same way as the program. */
const ownCellWidth = { name: 'own-cell-width', resolveId: cellWidth };

const { output } = await build({
  cwd: ROOT,
  input: { main: 'src/cli/main.ts' },
  platform: 'node',
  // Without it, the entry would be an additional file that only requires the first chunk.
  preserveEntrySignatures: 'allow-extension',
  // If a package has both formats, its ES modules are bundled, since their imports are static.
  resolve: { mainFields: ['module', 'main'] },
  // Packages that are not bundled: the dependencies, and the optional package of the keyring.
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
        // One file each for the code of nearly every start, of every patch, its HTTP client, and code that commands share.
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

// Without a terminal, the help always has the same width. Written at build time, it can be printed without the parser.
const help = execFileSync(process.execPath, [join(ROOT, 'bin/graph-overview.js'), '--help']);
writeFileSync(join(DIST, 'help.txt'), help);
