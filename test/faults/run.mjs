// Fault injection: `npm run faults -- --rounds 4 --seed 7`. The program writes 60 rows to the
// mock Graph, each in its own process, with a fault; then the run is finished without faults. A row is
// lost if it was reported as written and is not, or if it is missing at the end. `--only <text,…>` selects scenarios,
// `--write` writes the table to docs/trust.md.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tableOf, writeTable } from '../trust-page.mjs';
import { canUnshare, hasResult, Lab } from './lab.mjs';
import { Random } from './random.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '4' },
    rows: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const random = new Random(seed);
const lab = new Lab(random, Number(values.rows));
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const CLOCK = ['--import', new URL('./jumping-clock.mjs', import.meta.url).href];
const DISK = ['--import', new URL('./failing-disk.mjs', import.meta.url).href];

/** One fault, for a fifth of the requests. */
const alone = (fault) => [
  `the service: ${fault} for 20 %`,
  () => lab.round({ faults: ['--fault', `${fault}:20%`] }),
];
const killed = (signal) => [
  `${signal} at a random instant`,
  () =>
    lab.round({
      faults: ['--latency', '15ms'],
      processOptions: () => ({ kill: { signal, after: random.between(100, 700) } }),
    }),
];
/** Killed when some, but not all rows are written. */
const killedLater = (faults = []) => ({
  faults: ['--latency', '25ms', ...faults],
  args: ['--rate', '15/300ms'],
  processOptions: (state) => ({
    kill: { signal: 'SIGKILL', once: () => hasResult(state), after: random.between(0, 900) },
  }),
});
const quick = ['--timeout', '2s', '--retries', '8'];

const SCENARIOS = [
  ...['429', '500', '502', '503', '504', 'reset'].map(alone),
  [
    'the service: all of these together, with latency and a quota, without Retry-After',
    () =>
      lab.round({
        faults: [
          ...['429', '500', '502', '503', '504', 'reset'].flatMap((fault) => ['--fault', `${fault}:5%`]),
          ...['--latency', '10ms', '--quota', '200/1s', '--no-retry-after', '--no-expand'],
        ],
      }),
  ],
  [
    'the service: answers 200 and stores nothing (echo)',
    () => lab.round({ faults: ['--ignore-writes', 'echo'] }),
  ],
  [
    'the service: answers 200 and stores nothing (keep)',
    () => lab.round({ faults: ['--ignore-writes', 'keep'] }),
  ],
  [
    'the connection: cuts 5 % of the chunks in the middle',
    () => lab.round({ harm: { cut: 0.05 }, args: quick }),
  ],
  [
    'the connection: delays each chunk by up to 300 ms',
    () => lab.round({ harm: { delay: 300 }, args: quick }),
  ],
  [
    'the connection: delays beyond the time-out, until Ctrl-C after 10 s',
    () =>
      lab.round({
        harm: { delay: 900 },
        args: ['--timeout', '500ms', '--retries', '3'],
        processOptions: () => ({ kill: { signal: 'SIGINT', after: 10_000 } }),
      }),
  ],
  [
    'the connection, with TLS: flips a bit in 5 % of the chunks',
    () => lab.round({ harm: { corrupt: 0.05 }, tls: true, args: quick }),
  ],
  [
    'the connection, with TLS: cuts, delays and flips; the service: 503 and reset',
    () =>
      lab.round({
        faults: ['--fault', '503:10%', '--fault', 'reset:5%'],
        harm: { cut: 0.02, delay: 30, corrupt: 0.02 },
        tls: true,
        args: quick,
      }),
  ],
  [
    'the connection: 101, 103 without an answer, an incomplete header, or a close, instead of 10 % of the answers',
    () => lab.round({ harm: { odd: 0.1 }, args: quick }),
  ],
  ['the service: reads lag by 2 s', () => lab.round({ faults: ['--stale', '2s'] })],
  [
    'the service: reads lag by 2 s; SIGKILL, resumed while they lag',
    () => lab.round({ ...killedLater(['--stale', '2s']), lasting: true }),
  ],
  [
    'another client: writes 8 rows between SIGKILL and `--resume`',
    () => lab.round({ ...killedLater(), between: () => lab.otherWrites(8) }),
  ],
  [
    'another client: writes 20 rows during a run of 40 s',
    () =>
      lab.round({
        // The last third of the rows is read again.
        args: ['--rate', `${Math.ceil(lab.rows / 3)}/20s`],
        meanwhile: async () => {
          for (let count = 0; count < 10; count += 1) {
            await new Promise((resolve) => setTimeout(resolve, random.between(1_500, 4_000)));
            await lab.otherWrites(2);
          }
        },
        between: () => undefined,
      }),
  ],
  [
    'the journal: one bit flipped, and another client writes 8 rows, between SIGKILL and `--resume`',
    () =>
      lab.round({
        ...killedLater(),
        between: async (state) => {
          lab.flipBit(state);
          await lab.otherWrites(8);
        },
      }),
  ],
  [
    'two hosts: the second is refused, then uses `--take-over` while the first writes',
    () => lab.twoHosts(),
    isRoot && canUnshare(),
  ],
  [
    'the disk: EIO for the journal, from a random write or `fdatasync` on, or once',
    () =>
      lab.round({
        processOptions: () => ({ node: DISK }),
        prepare: () => ({
          env: {
            DISK_FAILS_AT: String(Math.floor(random.between(1, 24))),
            DISK_FAILS_ONCE: random.next() < 0.5 ? 'yes' : 'no',
            DISK_SHARE: String(random.next()),
          },
        }),
      }),
    process.platform === 'linux',
  ],
  [
    'the disk: full for the journal, at a random size',
    () => lab.round({ prepare: fullDisk }),
    isRoot && canMount(),
  ],
  [
    'the state folder: read-only',
    () => lab.round({ prepare: readOnly, refused: true, processOptions: () => ({ uid: NOBODY }) }),
    isRoot && canBecomeNobody(),
  ],
  ...['table', 'json', 'jsonl', 'csv', 'tsv', 'yaml', 'markdown'].map((format) => [
    `standard output: closed after a line (\`list -o ${format}\`)`,
    () => lab.reader(format),
  ]),
  [
    'standard output: closed after a line (`apply -o jsonl`)',
    () => lab.round({ args: ['-o', 'jsonl'], processOptions: () => ({ closeOutput: true }) }),
  ],
  [
    'the clock: set forward and back by up to an hour, every 40 ms',
    () =>
      lab.round({
        faults: ['--latency', '15ms', '--fault', '429:5%'],
        processOptions: () => ({ node: CLOCK }),
        prepare: () => ({ env: { CLOCK_SEED: String(Math.floor(random.between(1, 1e6))) } }),
      }),
  ],
  ...['SIGINT', 'SIGTERM', 'SIGKILL'].map(killed),
];

/** A file system of a few pages, which is full during a write of the journal, and is enlarged afterwards. */
async function fullDisk() {
  const folder = mkdtempSync(join(tmpdir(), 'graph-overview-disk-'));
  const pages = Math.floor(random.between(2, 14));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${pages * 4}k`, 'none', folder]);
  mounted.add(folder);
  return {
    state: join(folder, 'state'),
    after: () => execFileSync('mount', ['-o', 'remount,size=8m', folder]),
  };
}

const mounted = new Set();

function canMount() {
  const folder = mkdtempSync(join(tmpdir(), 'graph-overview-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Root can write anywhere, so another user runs the program. */
async function readOnly() {
  const folder = mkdtempSync(join(tmpdir(), 'graph-overview-read-only-'));
  const state = join(folder, 'state');
  mkdirSync(state);
  for (const path of [folder, state]) {
    chownSync(path, NOBODY, NOBODY);
    chmodSync(path, 0o500);
  }
  return { state, env: { HOME: '/nonexistent' }, after: () => chownSync(state, 0, 0) };
}

function canBecomeNobody() {
  try {
    execFileSync(
      process.execPath,
      [fileURLToPath(new URL('../../bin/graph-overview.js', import.meta.url)), '--version'],
      {
        uid: NOBODY,
        gid: NOBODY,
        stdio: 'ignore',
      },
    );
    return true;
  } catch {
    return false;
  }
}

function cleanUp() {
  lab.close();
  for (const folder of mounted) {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  }
  mounted.clear();
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    cleanUp();
    process.exit(1);
  });
}

function isPicked([name]) {
  return values.only.split(',').some((text) => name.includes(text));
}

console.log(`${values.rounds} rounds of ${values.rows} rows each, seed ${seed}`);
const rows = [];
let bad = 0;
await lab.open();
try {
  for (const [name, round, possible = true] of SCENARIOS.filter(isPicked)) {
    if (!possible) {
      rows.push([name, 0, '', 'not possible here', '', '']);
      console.log(`${name}: not possible here`);
      continue;
    }
    const ended = [];
    for (let number = 0; number < Number(values.rounds); number += 1) ended.push(await round());
    const lost = ended.reduce((sum, one) => sum + one.lost, 0);
    const again = ended.reduce((sum, one) => sum + one.again, 0);
    // Without another client there are no values to overwrite.
    const overwritten = ended.some((one) => one.overwritten !== undefined)
      ? ended.reduce((sum, one) => sum + (one.overwritten ?? 0), 0)
      : undefined;
    const wrong = ended.flatMap((one) => one.wrong);
    const codes = [...new Set(ended.flatMap(({ codes: all }) => all))].map(String).sort();
    const resumed = [...new Set(ended.flatMap(({ resumed: all = [] }) => all))].map(String).sort();
    if (lost > 0 || again > 0 || (overwritten ?? 0) > 0 || wrong.length > 0) bad += 1;
    rows.push([
      name,
      ended.length,
      resumed.length === 0 ? codes.join(', ') : `${codes.join(', ')}; then ${resumed.join(', ')}`,
      lost === 0 ? 'nothing' : lost,
      again === 0 ? 'none' : again,
      overwritten === 0 ? 'nothing' : (overwritten ?? ''),
    ]);
    console.log(
      `${name}: ${ended.length} rounds, ended with ${codes.join(', ')}, lost ${lost}, again ${again}` +
        (overwritten === undefined ? '' : `, resumed ${resumed.join(', ')}, overwritten ${overwritten}`),
    );
    for (const one of wrong) console.log(`  ${one}`);
  }
} finally {
  cleanUp();
}
const table = tableOf(['fault', 'rounds', 'exit code', 'lost', 'written twice', 'overwritten'], rows);
console.log(`\n${table}\n\n${bad === 0 ? 'nothing lost' : `${bad} scenarios went wrong`} (seed ${seed})`);
if (values.write) {
  const command = `npm run faults -- --rounds ${values.rounds} --rows ${values.rows} --seed ${seed}`;
  writeTable('faults', `\`${command}\`, Node ${process.version}:\n\n${table}`);
}
process.exitCode = bad === 0 ? 0 : 1;
