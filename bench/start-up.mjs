// Measures a whole `patch`, process start to exit, against a bare Node script that does the same PATCH with the
// built-in fetch: in turn, on one server on loopback, median of the ratios.
//   node bench/start-up.mjs            prints the table
//   node bench/start-up.mjs --check    exits with 1 when the ratio is above the bound
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { arch, cpus, platform } from 'node:os';
import { fileURLToPath } from 'node:url';

const ROUNDS = 15;
const BOUND = 1.8;
const BODY = '{"@odata.type":"#microsoft.graph.deviceConfigurationDeviceOverview","pendingCount":12}';
const PATH = '/beta/deviceManagement/deviceConfigurations/1/deviceStatusOverview';

const server = createServer((request, response) => {
  const chunks = [];
  request
    .on('data', (chunk) => chunks.push(chunk))
    .on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(Buffer.concat(chunks));
    });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}`;

const bare = `
const response = await fetch('${url}${PATH}', {
  method: 'PATCH',
  headers: { authorization: 'Bearer local', 'content-type': 'application/json' },
  body: '${BODY}',
});
console.log(await response.json());
`;
const binary = fileURLToPath(new URL('../bin/graph-overview.js', import.meta.url));
const contenders = {
  'graph-overview patch': [binary, 'patch', '1', '--pending', '12', '--endpoint', url],
  'node, built-in fetch': ['--input-type=module', '-e', bare],
};

const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
for (let round = -1; round < ROUNDS; round += 1) {
  for (const [name, args] of Object.entries(contenders)) {
    const milliseconds = await wholeProcess(args);
    // The first round only warms the file cache.
    if (round >= 0) times[name].push(milliseconds);
  }
}
server.close();
server.closeAllConnections();

const [ours, theirs] = Object.values(times);
const ratio = median(ours.map((time, index) => time / theirs[index]));
console.log(
  `Node ${process.version}, ${platform()} ${arch()}, ${cpus().length} cores; ${ROUNDS} rounds in turn`,
);
for (const [name, list] of Object.entries(times))
  console.log(`${name.padEnd(24)} ${median(list).toFixed(0).padStart(5)} ms`);
console.log(`${'ratio, median of pairs'.padEnd(24)} ${ratio.toFixed(2).padStart(8)}`);
if (process.argv.includes('--check') && ratio > BOUND) {
  console.error(`the ratio is above ${BOUND}`);
  process.exitCode = 1;
}

function wholeProcess(args) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(performance.now() - started) : reject(new Error(`exit code ${code}`)),
    );
  });
}

function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}
