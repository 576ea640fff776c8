// Measures `apply` on the mock Graph with quotas, latency and other clients, and compares it with the official client.
//   node bench/bulk.mjs             all scenarios; several minutes, since most of them wait for quotas
//   node bench/bulk.mjs alone …     only these scenarios: alone, undo, together, crowd, peers, sparse, tenant, app, latency,
//                                   speed, plan, memory
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const binary = fileURLToPath(new URL('../bin/graph-overview.js', import.meta.url));
const peer = fileURLToPath(new URL('official-client.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'graph-overview-bench-'));
const known = new Map();
const COUNTS = '{written: written, throttled: throttled, failed: failed, skipped: skipped}';
const wanted = process.argv.slice(2);
const scenarios = { alone, undo, together, crowd, peers, sparse, tenant, app, latency, speed, plan, memory };

console.log(`Node ${process.version}, ${platform()} ${arch()}, ${cpus().length} cores`);
try {
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (wanted.length === 0 || wanted.includes(name)) await scenario();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** 300 rows that all change, documented quota: at best 100 at once, and 100 more after each of two windows. */
async function alone() {
  const server = await serve('--configurations', '300', '--quota', 'documented');
  const { summary, seconds } = await apply(server, rows(300));
  server.end();
  print(
    '300 changes, documented quota',
    `${seconds.toFixed(2)} s, best 40 s (${percent(seconds, 40)}), ${summary.throttled} throttled`,
  );
}

/** `apply` of 100 rows, then `undo` at once, which has to wait for the slots of `apply` until 20 s after its answers. */
async function undo() {
  const server = await serve('--configurations', '300', '--quota', 'documented');
  const state = join(folder, 'undo');
  const applied = await apply(server, rows(100), { GRAPH_OVERVIEW_STATE: state });
  const undone = await command(server, ['undo', 'last'], { GRAPH_OVERVIEW_STATE: state });
  server.end();
  const seconds = applied.seconds + undone.seconds;
  const throttled = applied.summary.throttled + undone.summary.throttled;
  print(
    'apply of 100 rows, then undo at once',
    `${seconds.toFixed(1)} s, best 20 s (${percent(seconds, 20)}), ${throttled} throttled, ${undone.summary.written} restored`,
  );
}

/** Eight processes of 100 rows each, with one state folder. */
async function together() {
  const server = await serve('--configurations', '800', '--quota', 'documented');
  print('8 processes, 800 rows in total', totalFigures(await eight(server), 140));
  server.end();
}

/** The same while another client of the app uses 50 of its 100 writes; with Retry-After, then without. */
async function crowd() {
  for (const more of [[], ['--no-retry-after']]) {
    const server = await serve('--configurations', '800', '--quota', 'documented', ...more);
    const claims = { appid: 'mine', tid: 't' };
    const stop = compete(server.url, 50, claims);
    await pause(1_000);
    const all = await eight(server, { GRAPH_TOKEN: token(claims) }, '--auth', 'token');
    stop();
    server.end();
    print(`8 processes, the same app takes 50 of 100 ${more.join('')}`, totalFigures(all, 280));
  }
}

function eight(server, env = {}, ...more) {
  const state = join(folder, `eight-${Math.random()}`);
  const all = rows(800);
  const parts = Array.from({ length: 8 }, (_, part) => all.slice(part * 100, part * 100 + 100));
  return Promise.all(
    parts.map((part) => apply(server, part, { ...env, GRAPH_OVERVIEW_STATE: state }, ...more)),
  );
}

function totalFigures(results, best) {
  const sum = (name) => results.reduce((all, { summary }) => all + summary[name], 0);
  const seconds = Math.max(...results.map((one) => one.seconds));
  const summary = Object.fromEntries(
    ['written', 'throttled', 'failed', 'skipped'].map((name) => [name, sum(name)]),
  );
  return `${figuresOf(summary, seconds)}, best ${best} s (${percent(seconds, best)}), ${summary.written} written`;
}

/** 220 rows, documented quota: this program and the official client, with Retry-After and without. */
async function peers() {
  for (const more of [[], ['--no-retry-after']]) {
    const log = join(folder, `log-${more.length}`);
    const mine = await serve('--configurations', '300', '--quota', 'documented', ...more);
    const { summary, seconds } = await apply(mine, rows(220));
    mine.end();
    const theirs = await serve('--configurations', '300', '--quota', 'documented', '--log', log, ...more);
    const other = await officialClient(theirs, rows(220));
    theirs.end();
    const throttled = readFileSync(log, 'utf8').split('"status":429').length - 1;
    print(`220 changes, documented quota ${more.join('')}`, figuresOf(summary, seconds));
    print(
      '  the official client, 16 workers',
      `${other.seconds.toFixed(1)} s, ${throttled} throttled, ${other.lost} lost`,
    );
  }
}

/** 2,000 rows of which 5 % differ, documented quota. */
async function sparse() {
  const server = await serve('--configurations', '2000', '--quota', 'documented');
  const { summary, seconds } = await apply(server, rows(2_000, 20));
  server.end();
  const ratio = (380 / seconds).toFixed(0);
  print(
    '2,000 rows, 5 % differ',
    `${seconds.toFixed(2)} s, ${ratio} times as fast as writing all (380 s), ${summary.written} written`,
  );
}

/** Other apps take 150 of the tenant's 200 writes. */
function tenant() {
  return withCompetition('others take 150 of 200', 150, { appid: 'other', tid: 't' });
}

/** Another client of the same app takes 50 of its 100 writes. */
function app() {
  return withCompetition('the same app takes 50 of 100', 50, { appid: 'mine', tid: 't' });
}

/** 220 rows while another client uses a share of the quota; with Retry-After, then without. */
async function withCompetition(name, taken, claims) {
  for (const more of [[], ['--no-retry-after']]) {
    const server = await serve('--configurations', '300', '--quota', 'documented', ...more);
    const stop = compete(server.url, taken, claims);
    await pause(1_000);
    const env = { GRAPH_TOKEN: token({ appid: 'mine', tid: 't' }) };
    const { summary, seconds } = await apply(server, rows(220), env, '--auth', 'token');
    stop();
    server.end();
    print(`220 rows, ${name} ${more.join('')}`, figuresOf(summary, seconds));
  }
}

/** 1,000 rows at 100 ms for each request, compared with sequential requests. */
async function latency() {
  const server = await serve('--configurations', '1000', '--latency', '100ms');
  const { seconds } = await apply(server, rows(1_000), {}, '--rate', '100000/1s');
  const started = performance.now();
  for (const [id, count] of rows(10, 1, 7)) await patch(server.url, id, count, 'local');
  const each = (performance.now() - started) / 10 / 1_000;
  server.end();
  print(
    '1,000 rows at 100 ms',
    `${seconds.toFixed(2)} s, ${((each * 1_000) / seconds).toFixed(0)} times as fast as sequential requests`,
  );
}

/** Rows per second without latency: whole processes, alternating with the official client. */
async function speed() {
  const count = 10_000;
  const server = await serve('--configurations', String(count));
  const ours = [];
  const theirs = [];
  for (let round = 0; round < 7; round += 1) {
    const { seconds } = await apply(server, rows(count, 1, 2 * round), {}, '--rate', '1000000/1s');
    ours.push(count / seconds);
    theirs.push(count / (await officialClient(server, rows(count, 1, 2 * round + 1))).seconds);
  }
  server.end();
  const pairs = ours.map((mine, index) => mine / theirs[index]);
  print(
    'rows per second, reads and journal included',
    `${median(ours).toFixed(0)}; official client ${median(theirs).toFixed(0)}; ${median(pairs).toFixed(1)} times, median of pairs`,
  );
}

/** 100,000 rows checked and planned: time and peak memory of the process. */
async function plan() {
  const server = await serve('--configurations', '100000');
  const file = csv(rows(100_000, 10));
  const { seconds, memory } = measured(['apply', file, '--dry-run'], server.url);
  server.end();
  print(
    '100,000 rows checked and planned',
    `${seconds.toFixed(1)} s, ${memory === undefined ? 'memory not measured' : `${memory} MiB`}`,
  );
}

/** Peak memory of `apply` and of `undo`, by the number of rows, without a quota. */
async function memory() {
  for (const count of [10_000, 80_000]) {
    const server = await serve('--configurations', String(count));
    const applied = measured(['apply', csv(rows(count)), '--yes'], server.url);
    const undone = measured(['undo', 'last', '--yes'], server.url);
    server.end();
    print(
      `${count.toLocaleString('en')} rows`,
      `apply ${applied.memory} MiB, ${applied.seconds.toFixed(1)} s; undo ${undone.memory} MiB, ${undone.seconds.toFixed(1)} s`,
    );
  }
}

/** Time in seconds and peak memory in MiB of one process, which writes its own resource usage to a file. */
function measured(command, url) {
  const usage = join(folder, 'usage.mjs');
  const out = join(folder, 'usage');
  writeFileSync(
    usage,
    `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync('${out}', String(process.resourceUsage().maxRSS)));`,
  );
  const args = [
    '--import',
    usage,
    binary,
    ...command,
    '--endpoint',
    url,
    '--rate',
    '1000000/1s',
    '-o',
    'none',
  ];
  const started = performance.now();
  execFileSync(process.execPath, args, { env: environment() });
  return {
    seconds: (performance.now() - started) / 1_000,
    memory: Math.round(Number(readFileSync(out, 'utf8')) / 1024),
  };
}

/** Ids of the generated tenant with a value for `pendingCount`, which differs from the present one in every `each`th row. */
function rows(count, each = 1, salt = 0) {
  const listed = ids(count);
  return listed.map(([id, present], index) => [id, index % each === 0 ? present + 1 + salt : present]);
}

function ids(count) {
  if (!known.has(count)) known.set(count, listFrom(count));
  return known.get(count);
}

function listFrom(count) {
  const script = `
    import { spawn } from 'node:child_process';
    const server = spawn(process.execPath, ['${binary}', 'serve', '--configurations', '${Math.max(count, 300)}', '-o', 'json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    server.stdout.once('data', (line) => {
      const { url } = JSON.parse(line);
      const list = spawn(process.execPath, ['${binary}', 'list', '--endpoint', url, '-o', 'tsv', '--query', '[].[deviceConfigurationId, overview.pendingCount]'], { stdio: ['ignore', 'inherit', 'inherit'] });
      list.on('close', () => server.kill());
    });`;
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return text
    .trim()
    .split('\n')
    .slice(0, count)
    .map((line) => {
      const [id, pending] = line.split('\t');
      return [id, Number(pending)];
    });
}

function csv(list) {
  const file = join(folder, `${Math.random()}.csv`);
  writeFileSync(
    file,
    `deviceConfigurationId,pending\n${list.map(([id, count]) => `${id},${count}`).join('\n')}\n`,
  );
  return file;
}

function apply(server, list, env = {}, ...more) {
  return command(server, ['apply', csv(list)], env, ...more);
}

/** Runs a command as a process. @param args its arguments, without those that all commands here have in common */
async function command(server, args, env = {}, ...more) {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [binary, ...args, '--yes', '-o', 'json', '-q', '--query', COUNTS, '--endpoint', server.url, ...more],
    {
      env: { ...environment(), ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  await new Promise((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - started) / 1_000;
  return { summary: JSON.parse(text), seconds };
}

function environment() {
  return { PATH: process.env.PATH, HOME: folder, GRAPH_OVERVIEW_STATE: join(folder, 'state') };
}

async function serve(...args) {
  const child = spawn(process.execPath, [binary, 'serve', '-o', 'json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise((resolve) => child.stdout.once('data', resolve));
  return { ...JSON.parse(line), end: () => child.kill('SIGKILL') };
}

/** Sends `count` writes in each window, evenly spread. @returns a function that stops it */
function compete(url, count, claims) {
  const [[id]] = ids(300).slice(-1);
  const bearer = token(claims);
  const timer = setInterval(() => void patch(url, id, 1, bearer).catch(() => undefined), 20_000 / count);
  return () => clearInterval(timer);
}

function patch(url, id, count, bearer) {
  const { hostname, port } = new URL(url);
  const path = `/beta/deviceManagement/deviceConfigurations/${id}/deviceStatusOverview`;
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, method: 'PATCH', headers }, (response) =>
      response.resume().on('end', resolve),
    );
    outgoing.on('error', reject).end(JSON.stringify({ pendingCount: count }));
  });
}

/** Runs the official client with 16 workers in its own process. */
async function officialClient(server, list, env = {}) {
  const started = performance.now();
  const child = spawn(process.execPath, [peer, csv(list), server.url], {
    env: { ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return { ...JSON.parse(text), seconds: (performance.now() - started) / 1_000 };
}

function token(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.x`;
}

function figuresOf(summary, seconds) {
  const attempts = summary.written + summary.throttled;
  const lost = summary.failed + summary.skipped;
  return `${seconds.toFixed(1)} s, ${summary.throttled} throttled of ${attempts} attempts (${((summary.throttled / attempts) * 100).toFixed(1)} %), ${lost} lost`;
}

function percent(value, best) {
  return `${value >= best ? '+' : ''}${((value / best - 1) * 100).toFixed(1)} %`;
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function median(numbers) {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

function print(name, figures) {
  console.log(`${name.padEnd(52)} ${figures}`);
}
