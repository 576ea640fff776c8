// Runs real clients of Graph with the mock Graph, with http and https, and checks their results.
//   npm run test:clients               all clients that are installed
//   npm run test:clients -- --write    updates the table in docs/mock-graph.md
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { generate } from 'selfsigned';
import { tableOf, writeTable } from '../trust-page.mjs';
import { OPERATIONS } from './operations.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const BINARY = fileURLToPath(new URL('../../bin/graph-overview.js', import.meta.url));
const PAGE = new URL('../../docs/mock-graph.md', import.meta.url);

/** The columns of the table; `never` has the operations that a client does not support. */
const CLIENTS = [
  {
    module: 'graph-client',
    title: 'microsoft-graph-client',
    package: '@microsoft/microsoft-graph-client',
    // It accepts an absolute URL, such as a link to the next page, only with https.
    never: { http: ['page'] },
  },
  {
    module: 'beta-sdk',
    title: 'msgraph-beta-sdk',
    package: '@microsoft/msgraph-beta-sdk',
    // This version omits the headers of items, and Graph rejects a write without a content type.
    never: { http: ['batchWrite'], https: ['batchWrite'] },
  },
  { module: 'curl', title: 'curl' },
  // It has no retries.
  { module: 'az-rest', title: 'az rest', never: { http: ['retry'], https: ['retry'] } },
];

const SCHEMES = ['http', 'https'];

/** Two writes, then none for a second: the third is throttled. */
const THROTTLING = ['--quota', '2/1s'];

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const folder = mkdtempSync(join(tmpdir(), 'graph-overview-clients-'));
const servers = [];
try {
  install();
  const files = await makeCertificate();
  const failures = [];
  const columns = [];
  for (const client of CLIENTS) columns.push(await columnOf(client, files, failures));
  const rows = OPERATIONS.map(({ name, title }) => [title, ...columns.map((cells) => cells[name])]);
  const table = tableOf(['operation', ...CLIENTS.map(titleOf)], rows);
  console.log(table);
  if (values.write)
    writeTable('clients', `\`npm run test:clients\`, Node ${process.version}:\n\n${table}`, PAGE);
  for (const failure of failures) console.error(failure);
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  for (const server of servers) server.kill();
  rmSync(folder, { recursive: true });
}

/** The clients are packages that nothing else needs, so they have a separate lock file. */
function install() {
  if (existsSync(join(HERE, 'node_modules/.package-lock.json'))) return;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: HERE, stdio: 'inherit' });
  if (status !== 0) throw new Error('npm ci failed in test/clients');
}

async function makeCertificate() {
  const names = [{ name: 'commonName', value: 'localhost' }];
  const addresses = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
  ];
  const { private: key, cert } = await generate(names, {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: addresses },
    ],
  });
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key, { mode: 0o600 });
  return files;
}

/** The cells of one client: the schemes with the expected result of each operation. */
async function columnOf({ module, title, never = {} }, files, failures) {
  const cells = Object.fromEntries(OPERATIONS.map(({ name }) => [name, []]));
  for (const scheme of SCHEMES) {
    const { available, results } = await operate(module, scheme, files);
    if (!available) return Object.fromEntries(OPERATIONS.map(({ name }) => [name, 'not installed']));
    for (const { name, expected } of OPERATIONS) {
      const right = isDeepStrictEqual(results[name].value, expected);
      if (right) cells[name].push(scheme);
      const unable = never[scheme]?.includes(name) ?? false;
      if (right === unable) failures.push(`${title}, ${scheme}, ${name}: ${JSON.stringify(results[name])}`);
    }
  }
  return Object.fromEntries(
    Object.entries(cells).map(([name, schemes]) => [name, schemes.join(', ') || 'no']),
  );
}

/** Runs a client in another process, with new servers. */
async function operate(module, scheme, files) {
  const tls = scheme === 'https' ? ['--cert', files.cert, '--key', files.key] : [];
  const log = join(folder, `${module}-${scheme}.jsonl`);
  const [server, throttling] = [await serve(tls), await serve([...tls, ...THROTTLING, '--log', log])];
  const child = spawn(process.execPath, [join(HERE, 'operate.mjs'), module, server.url, throttling.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 120_000,
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: files.cert,
      REQUESTS_CA_BUNDLE: files.cert,
      NODE_NO_WARNINGS: '1',
    },
  });
  const text = await textOf(child.stdout);
  for (const { process: one } of [server, throttling]) one.kill();
  const answer = JSON.parse(text);
  const throttled = answer.available && readFileSync(log, 'utf8').includes('"status":429');
  // Without a throttled attempt there was nothing to retry.
  if (answer.available && !throttled) answer.results.retry = { error: 'nothing was throttled' };
  return answer;
}

async function serve(flags) {
  const child = spawn(process.execPath, [BINARY, 'serve', '-o', 'json', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, GRAPH_OVERVIEW_STATE: join(folder, 'state') },
  });
  servers.push(child);
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { url: JSON.parse(line).url, process: child };
}

async function textOf(stream) {
  let text = '';
  for await (const part of stream.setEncoding('utf8')) text += part;
  return text;
}

function titleOf({ title, package: name }) {
  if (name === undefined) return title;
  const lock = JSON.parse(readFileSync(join(HERE, 'package-lock.json'), 'utf8'));
  return `${title} ${lock.packages[`node_modules/${name}`].version}`;
}
