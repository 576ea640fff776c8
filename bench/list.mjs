// Measures `list -o jsonl` with a generated tenant of 5,000 configurations and the documented quota: with a service that
// expands the overview, and with one that refuses to (at least 100 s because of the quota).
//   node bench/list.mjs
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const binary = fileURLToPath(new URL('../bin/graph-overview.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'graph-overview-bench-'));
const SIZE = 5_000;
const QUOTA = { requests: 1_000, window: 20 };

console.log(
  `Node ${process.version}, ${platform()} ${arch()}, ${cpus().length} cores; ${SIZE} configurations`,
);
try {
  await measure('expanded', [], SIZE / 50, SIZE / 50);
  // The first page is requested twice: with $expand, and after its refusal without.
  await measure('refused', ['--no-expand'], SIZE / 50 + SIZE / 20, SIZE / 50 + SIZE);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * @param requests the minimum number of round trips, with paging and batches of 20
 * @param counted the minimum number of requests that count against the quota, in which each item of a batch counts
 */
async function measure(name, flags, requests, counted) {
  const log = join(folder, `${name}.jsonl`);
  const server = await serve(
    '--configurations',
    String(SIZE),
    '--quota',
    'documented',
    '--log',
    log,
    ...flags,
  );
  const memory = join(folder, 'memory.txt');
  const hook = join(folder, 'hook.mjs');
  writeFileSync(
    hook,
    `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(${JSON.stringify(memory)}, String(process.resourceUsage().maxRSS)));`,
  );
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', pathToFileURL(hook).href, binary, 'list', '--endpoint', server.url, '-o', 'jsonl'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, GRAPH_OVERVIEW_STATE: join(folder, 'state') },
    },
  );
  let lines = 0;
  let first;
  child.stdout.on('data', (part) => {
    first ??= performance.now() - started;
    for (const byte of part) if (byte === 10) lines += 1;
  });
  await new Promise((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - started) / 1_000;
  server.end();
  const entries = readFileSync(log, 'utf8').trim().split('\n').map(JSON.parse);
  const trips = entries.filter(({ batch }) => batch === null || batch === undefined).length;
  const throttled = entries.filter(({ status }) => status === 429).length;
  const best = Math.floor((counted - 1) / QUOTA.requests) * QUOTA.window;
  console.log(
    `${name}: ${lines} records, ${trips} round trips (best ${requests}), ${seconds.toFixed(1)} s` +
      ` (minimum by the quota: ${best} s), ${throttled} throttled, first record after ${Math.round(first)} ms,` +
      ` peak ${Math.round(Number(readFileSync(memory, 'utf8')) / 1024)} MiB`,
  );
}

function serve(...options) {
  const child = spawn(process.execPath, [binary, 'serve', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve) => {
    child.stdout.once('data', (line) => resolve({ url: String(line).trim(), end: () => child.kill() }));
  });
}
