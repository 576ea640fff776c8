// Measures whole processes, from start to exit, and bulk work, and compares them with alternatives: az rest and curl if they
// are installed, the official client, undici, Node's built-in fetch. In turn, on loopback, with the installed package.
//   node bench/start-up.mjs                       prints the tables and writes them into docs/performance.md
//   node bench/start-up.mjs --node 24 --node 26   also with other versions of Node: major versions, or paths
//   node bench/start-up.mjs --rounds <n>          default 15
//   node bench/start-up.mjs --check               few rounds, nothing is written; exit code 1 if a limit is exceeded
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeOf } from '../.ci/nodes.mjs';
import { inTurn, median, ratio } from './in-turn.mjs';

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    node: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string' },
  },
});
const ROUNDS = Number(options.rounds ?? (options.check ? 9 : 15));
/** Small commands take about 30 ms, of which a tenth is noise, so they are measured this many times as often. */
const SMALL_FACTOR = options.check ? 1 : 4;
const ROWS = 2_000;

/**
 * The limits: the ratio of small commands to `node -e 0`, the ratio of `patch` to `fetch`, which takes twice as long on
 * Node 20, and the peak memory of `patch` in MiB. They are above the targets (1.35 and 1.6; 1.0 and 0.5; 65), since the
 * results of a few rounds vary by a tenth, and between machines by more: for one commit, `routes` took 1.78 on one machine
 * and 1.94 on another. They detect a module that every start loads by mistake, which costs more.
 */
const MAX = { small: 1.9, patch: 1.3, mebibytes: 80 };
const MAX_NODE_20 = { small: 2.3, patch: 0.75, mebibytes: 80 };

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = join(ROOT, 'docs/performance.md');
const BODY = '{"@odata.type":"#microsoft.graph.deviceConfigurationDeviceOverview","pendingCount":12}';
const PATH = '/beta/deviceManagement/deviceConfigurations/1/deviceStatusOverview';
const BASE = 'node -e 0';
const FETCH = 'built-in fetch';
const PATCH = 'graph-overview patch';

const folder = mkdtempSync(join(tmpdir(), 'graph-overview-bench-'));
const env = {
  PATH: process.env.PATH,
  HOME: folder,
  GRAPH_OVERVIEW_STATE: join(folder, 'state'),
  AZURE_CORE_COLLECT_TELEMETRY: '0',
};
const errors = [];
try {
  const binary = install();
  const more = options.node.map((node) => (/^\d+$/.test(node) ? nodeOf(node, folder) : node));
  const nodes = [process.execPath, ...more];
  const echo = await startEcho();
  const startUp = [];
  for (const node of nodes) startUp.push(await measureStartUp(node, binary, echo.url));
  echo.close();
  const tables = [startUpTable(startUp)];
  if (!options.check) tables.push(bulkTable(await measureBulk(binary)));
  const text = `${machine()}\n\n${tables.join('\n\n')}`;
  console.log(text);
  if (!options.check) writeIntoPage(text);
  for (const error of errors) console.error(error);
  if (options.check && errors.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Packs this package and installs it in a temporary folder. @returns the path of the program */
function install() {
  const pack = ['pack', '--json', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }));
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, filename)], {
    cwd: folder,
    stdio: 'ignore',
  });
  return join(folder, 'node_modules/graph-overview/bin/graph-overview.js');
}

/** Starts a service that returns the body of each request. */
async function startEcho() {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    request.pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function measureStartUp(node, binary, url) {
  const own = (...args) => ({ command: node, args: [binary, ...args] });
  const peer = (name) => ({ command: node, args: [join(ROOT, 'bench/peers', name), url + PATH, BODY] });
  const small = {
    [BASE]: { command: node, args: ['-e', '0'] },
    '--version': own('--version'),
    '--help': own('--help'),
    routes: own('routes'),
    'completion bash': own('completion', 'bash'),
    'a usage error': { ...own('get', '--nope'), code: 2 },
  };
  const large = {
    [FETCH]: peer('one-fetch.mjs'),
    [PATCH]: own('patch', 'id:1', '--pending', '12', '--endpoint', url),
    undici: peer('one-undici.mjs'),
    'official client': peer('one-official.mjs'),
    ...(options.check ? {} : others(url + PATH)),
  };
  const result = {
    version: execFileSync(node, ['-v'], { encoding: 'utf8' }).trim(),
    small: await inTurn(small, SMALL_FACTOR * ROUNDS, env),
    large: await inTurn(large, ROUNDS, env),
    memory: {},
  };
  for (const [name, { command, args }] of Object.entries(large)) {
    if (command === node) result.memory[name] = await peakOf(node, args);
  }
  checkLimits(result);
  return result;
}

/** Alternatives that do not run on Node, as far as they are installed. */
function others(target) {
  const curl = ['-s', '-X', 'PATCH', target, '-H', 'Content-Type: application/json', '-d', BODY];
  const az = ['rest', '--method', 'patch', '--url', target, '--skip-authorization-header', '--body', BODY];
  return {
    ...(versionOf('curl') && { curl: { command: 'curl', args: curl } }),
    ...(versionOf('az') && { 'az rest': { command: 'az', args: az } }),
  };
}

function versionOf(command) {
  try {
    const text = execFileSync(command, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /\d+(?:\.\d+)+/.exec(text)?.[0];
  } catch {
    return undefined;
  }
}

/** Peak memory in MiB, from a run that is not timed, in which the process writes its own resource usage to a file. */
async function peakOf(node, args) {
  const usage = join(folder, 'usage.cjs');
  const out = join(folder, 'usage');
  writeFileSync(
    usage,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(out)}, String(process.resourceUsage().maxRSS)));`,
  );
  await inTurn({ it: { command: node, args: ['--require', usage, ...args] } }, 1, env);
  return Math.round(Number(readFileSync(out, 'utf8')) / 1024);
}

function checkLimits({ version, small, large, memory }) {
  const max = version.startsWith('v20.') ? MAX_NODE_20 : MAX;
  const check = (what, value, limit) => {
    if (value > limit) errors.push(`Node ${version}: ${what} is ${value.toFixed(2)}, more than ${limit}`);
  };
  for (const name of Object.keys(small)) check(`${name} / ${BASE}`, ratio(small, name, BASE), max.small);
  check(`${PATCH} / ${FETCH}`, ratio(large, PATCH, FETCH), max.patch);
  check(`the memory of ${PATCH} in MiB`, memory[PATCH], max.mebibytes);
}

/** One table for all versions of Node: a row for each command, with the median and its ratio. */
function startUpTable(results) {
  const [{ small, large }] = results;
  const cell = (times, name, base) => `${ms(times[name])}, ${ratio(times, name, base).toFixed(2)}`;
  const rows = [
    ...Object.keys(small).map((name) => [name, ...results.map((one) => cell(one.small, name, BASE))]),
    ...Object.keys(large).map((name) => [name, ...results.map((one) => cell(one.large, name, FETCH))]),
    ...[FETCH, PATCH].map((name) => [
      `peak memory of ${name}`,
      ...results.map(({ memory }) => `${memory[name]} MiB`),
    ]),
  ];
  return table(['', ...results.map(({ version }) => `Node ${version}`)], rows);
}

/** PATCH requests per second: whole processes in turn, 16 requests at a time, without latency or quota. */
async function measureBulk(binary) {
  const serve = ['serve', '--configurations', String(ROWS), '-o', 'json'];
  const server = spawn(process.execPath, [binary, ...serve], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const { url } = JSON.parse(await new Promise((resolve) => server.stdout.once('data', resolve)));
  const query = ['-o', 'tsv', '--query', '[].[deviceConfigurationId, overview.pendingCount]'];
  const listed = execFileSync(process.execPath, [binary, 'list', '--endpoint', url, ...query], {
    env,
    encoding: 'utf8',
  });
  const ids = listed
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  const script = (name) => [process.execPath, join(ROOT, 'bench', name)];
  const contenders = {
    'graph-overview apply': (file) => [
      ...[process.execPath, binary, 'apply', file, '--endpoint', url, '--yes', '-q', '-o', 'none'],
      ...['--rate', '1000000/1s'],
    ],
    'graph-overview apply --no-read': (file) => [
      ...[process.execPath, binary, 'apply', file, '--endpoint', url, '--yes', '-q', '-o', 'none'],
      ...['--rate', '1000000/1s', '--no-read'],
    ],
    'official client': (file) => [...script('official-client.mjs'), file, url],
    'undici, a pool': (file) => [...script('peers/many-undici.mjs'), file, url],
    [FETCH]: (file) => [...script('peers/many-fetch.mjs'), file, url],
    ...(versionOf('curl') && { 'curl --parallel': (file) => ['curl', '-s', ...curlRows(file, url)] }),
  };
  const rates = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  let salt = 0;
  for (let round = 0; round < 5; round += 1) {
    for (const [name, commandOf] of Object.entries(contenders)) {
      salt += 1;
      const file = join(folder, 'rows.csv');
      const rows = ids.map(([id, present]) => `${id},${Number(present) + salt}`);
      writeFileSync(file, `deviceConfigurationId,pending\n${rows.join('\n')}\n`);
      const [command, ...args] = commandOf(file);
      const started = performance.now();
      execFileSync(command, args, { env, stdio: 'ignore' });
      rates[name].push(ROWS / ((performance.now() - started) / 1_000));
    }
  }
  server.kill();
  return rates;
}

/** The arguments of curl for the rows of a file. */
function curlRows(file, url) {
  const [, ...rows] = readFileSync(file, 'utf8').trim().split('\n');
  const config = join(folder, 'rows.curl');
  const requests = rows.map((row) => {
    const [id, count] = row.split(',');
    return [
      `url = "${url}/beta/deviceManagement/deviceConfigurations/${id}/deviceStatusOverview"`,
      'request = PATCH',
      'header = "Authorization: Bearer local"',
      'header = "Content-Type: application/json"',
      `data = "{\\"pendingCount\\":${count}}"`,
      'output = /dev/null',
    ].join('\n');
  });
  writeFileSync(config, requests.join('\nnext\n'));
  return ['--parallel', '--parallel-max', '16', '-K', config];
}

function bulkTable(rates) {
  const [first] = Object.keys(rates);
  const rows = Object.entries(rates).map(([name, list]) => [
    name,
    `${Math.round(median(list)).toLocaleString('en-US')}`,
    median(rates[first].map((rate, round) => rate / list[round])).toFixed(2),
  ]);
  return table(
    [`${ROWS.toLocaleString('en-US')} rows that all change`, 'rows per second', `\`${first}\` / this`],
    rows,
  );
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function ms(times) {
  return `${median(times).toFixed(0)} ms`;
}

function machine() {
  const tools = ['curl', 'az'].map((name) => [name, versionOf(name)]);
  const known = tools.map(([name, version]) => `${name} ${version ?? 'not installed'}`).join(', ');
  const locked = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const versions = ['undici', '@microsoft/microsoft-graph-client']
    .map((name) => `${name} ${locked[`node_modules/${name}`].version}`)
    .join(', ');
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${platform()} ${arch()}, ${cpus().length} cores (${model}); ${known}; ${versions}; ${ROUNDS} rounds in turn (${SMALL_FACTOR * ROUNDS} for the small commands), medians.`;
}

function writeIntoPage(text) {
  const page = readFileSync(PAGE, 'utf8');
  const [begin, end] = ['<!-- start-up: written by node bench/start-up.mjs -->', '<!-- start-up: end -->'];
  const before = page.slice(0, page.indexOf(begin) + begin.length);
  writeFileSync(PAGE, `${before}\n\n${text}\n\n${page.slice(page.indexOf(end))}`);
}
