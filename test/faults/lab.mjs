import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';
import { BadWire } from './bad-wire.mjs';

const BINARY = fileURLToPath(new URL('../../bin/graph-overview.js', import.meta.url));

/** What the interface lists; anything else is a crash. */
const CODES = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 124, 130, 143, null]);

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The program as a process. `kill` is a signal and the milliseconds after which it is sent. */
function run(args, env, { kill, closeOutput = false, uid, node = [] } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...node, BINARY, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('error', () => undefined).setEncoding('utf8');
    child.stdout.on('data', (part) => {
      stdout += part;
      // As `head -1` does.
      if (closeOutput && stdout.includes('\n')) child.stdout.destroy();
    });
    child.stderr.setEncoding('utf8').on('data', (part) => (stderr += part));
    const timer = kill && setTimeout(() => child.kill(kill.signal), kill.after);
    // Nothing here may take so long: what does hangs.
    const limit = setTimeout(() => {
      stderr += '\nHANGS';
      child.kill('SIGKILL');
    }, 90_000);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      clearTimeout(limit);
      resolve({ code, signal, stdout, stderr });
    });
  });
}

/** A mock Graph as a process, on a tenant that it shares with the others. */
async function serve(env, state, args) {
  const child = spawn(
    process.execPath,
    [BINARY, 'serve', '-o', 'json', '--configurations', '120', '--state', state, ...args],
    {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const line = await new Promise((resolve) => child.stdout.setEncoding('utf8').once('data', resolve));
  return { port: JSON.parse(line).port, end: () => child.kill('SIGKILL') };
}

/** One clean service, a wire to it that can be made bad, and what is needed to tell what was lost. */
export class Lab {
  rows;
  #home = mkdtempSync(join(tmpdir(), 'graph-overview-faults-'));
  #tenant = join(this.#home, 'tenant.jsonl');
  #log = join(this.#home, 'log.jsonl');
  #clean;
  #tls;
  #wire;
  #ids = [];
  #value = 1_000;
  #number = 0;

  constructor(random, rows) {
    this.rows = rows;
    this.#wire = new BadWire(random);
  }

  get #env() {
    return { PATH: process.env.PATH, HOME: this.#home, NODE_EXTRA_CA_CERTS: join(this.#home, 'ca.pem') };
  }

  async open() {
    await this.#openTls();
    this.#clean = await serve(this.#env, this.#tenant, ['--log', this.#log]);
    await this.#wire.open();
    this.#wire.leadTo(this.#clean.port);
    const { stdout } = await run(
      ['list', '--endpoint', this.#url(false), '-o', 'tsv', '--query', '[].deviceConfigurationId'],
      this.#env,
    );
    this.#ids = stdout.trim().split('\n').slice(0, this.rows);
    if (this.#ids.length !== this.rows)
      throw new Error(`the mock Graph lists ${this.#ids.length} configurations`);
  }

  close() {
    this.#wire.close();
    this.#tls.close();
    this.#clean.end();
    rmSync(this.#home, { recursive: true, force: true });
  }

  /**
   * Writes a value into every row while something goes wrong, then finishes the run with all well again.
   * @returns what it came to: `lost` rows are reported written and are not, or are not there at the end
   */
  async round({
    faults,
    harm,
    tls = false,
    args = [],
    processOptions,
    prepare,
    stores = true,
    refused = false,
  }) {
    const state = join(this.#home, `state-${this.#number}`);
    const file = join(this.#home, `rows-${this.#number}.csv`);
    this.#number += 1;
    this.#value += 1;
    mkdirSync(state, { mode: 0o700 });
    writeFileSync(
      file,
      `deviceConfigurationId,conflict\n${this.#ids.map((id) => `${id},${this.#value}`).join('\n')}\n`,
    );
    const faulty = faults && (await serve(this.#env, this.#tenant, faults));
    const service = faulty?.port ?? this.#clean.port;
    this.#wire.leadTo(tls ? await this.#tlsTo(service) : service, harm);
    const undo = await prepare?.(state, file);
    const env = { ...this.#env, GRAPH_OVERVIEW_STATE: undo?.state ?? state, ...undo?.env };
    const url = this.#url(tls);
    const before = this.#logged();
    const first = await run(
      ['apply', file, '--yes', '--rate', '5000/1s', '--endpoint', url, '-o', 'json', ...args],
      env,
      processOptions?.(),
    );
    faulty?.end();
    const seen = this.#faultsOf(first);
    const reported = (summaryOf(first.stdout)?.rows ?? []).filter(({ status }) => status === 'written');
    const held = this.#held();
    let lost = reported.filter((row) => held.get(row.deviceConfigurationId) !== this.#value).length;
    if (refused && (first.code !== 2 || this.#patchesSince(before).length > 0))
      seen.push(`not refused but ${first.code}`);
    await undo?.after?.();
    this.#wire.leadTo(tls ? await this.#tlsTo(this.#clean.port) : this.#clean.port);
    const { again, outcomes } = await this.#finish(env, file, url);
    if (stores) lost += this.#ids.filter((id) => this.#held().get(id) !== this.#value).length;
    return { codes: [first.signal ?? first.code], lost, again, wrong: [...seen, ...outcomes] };
  }

  /** Lists while the reader goes away after the first line. */
  async reader(format) {
    const env = { ...this.#env, GRAPH_OVERVIEW_STATE: join(this.#home, 'reader') };
    const ended = await run(['list', '--endpoint', this.#url(false), '-o', format], env, {
      closeOutput: true,
    });
    const wrong = this.#faultsOf(ended);
    if (ended.code !== 0 || ended.stderr !== '') wrong.push(`${ended.code}: ${ended.stderr}`);
    return { codes: [ended.code], lost: 0, again: 0, wrong };
  }

  /** Goes on with what there is of a run, or begins anew where nothing was agreed to. */
  async #finish(env, file, url) {
    const wrong = [];
    let again = 0;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const journal = newestJournal(env.GRAPH_OVERVIEW_STATE);
      const known = journal === undefined ? new Set() : writtenIn(journal.entries);
      const from = this.#logged();
      const agreed = journal?.entries.some(({ type }) => type === 'agreed');
      // What could not even be read has no plan, and a mismatch is no failure: for both the file says what is wanted.
      const what = agreed && attempt === 0 ? ['--resume', journal.name] : [file];
      const ended = await run(
        ['apply', ...what, '--yes', '--rate', '5000/1s', '--endpoint', url, '-o', 'json'],
        env,
      );
      wrong.push(...this.#faultsOf(ended));
      again += this.#patchesSince(from).filter(({ path }) =>
        [...known].some((id) => path.includes(id)),
      ).length;
      if (ended.code === 0) return { again, outcomes: wrong };
      if (attempt === 2) wrong.push(`cannot be finished: ${ended.stderr.trim().slice(0, 200)}`);
      await sleep(50);
    }
    return { again, outcomes: wrong };
  }

  #faultsOf({ code, stderr }) {
    const wrong = [];
    if (!CODES.has(code)) wrong.push(`exit code ${code}`);
    if (stderr.includes('this is a defect') || stderr.includes('HANGS'))
      wrong.push(stderr.trim().slice(-300));
    return wrong;
  }

  #url(tls) {
    return `${tls ? 'https' : 'http'}://127.0.0.1:${this.#wire.port}`;
  }

  /** What the tenant holds, by id. */
  #held() {
    const lines = readFileSync(this.#tenant, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{"id"'));
    return new Map(lines.map((line) => JSON.parse(line)).map(({ id, set }) => [id, set.conflictCount]));
  }

  #logged() {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').split('\n').length - 1 : 0;
  }

  #patchesSince(line) {
    const lines = readFileSync(this.#log, 'utf8').split('\n').slice(line, -1);
    return lines.map((one) => JSON.parse(one)).filter(({ method }) => method === 'PATCH');
  }

  /** The mock Graph speaks plain HTTP: TLS ends here, behind the bad wire. */
  async #openTls() {
    const root = await generate([{ name: 'commonName', value: 'Root of the fault runs' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, critical: true },
      ],
    });
    const leaf = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ca: { key: root.private, cert: root.cert },
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    writeFileSync(join(this.#home, 'ca.pem'), root.cert);
    this.#tls = createTlsServer({ key: leaf.private, cert: leaf.cert }, (client) => {
      const upstream = connect(this.#tls.service, '127.0.0.1');
      for (const socket of [client, upstream]) socket.on('error', () => undefined);
      client.pipe(upstream).pipe(client);
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    });
    this.#tls.on('tlsClientError', () => undefined);
    await new Promise((resolve) => this.#tls.listen(0, '127.0.0.1', resolve));
  }

  async #tlsTo(port) {
    this.#tls.service = port;
    return this.#tls.address().port;
  }
}

function summaryOf(stdout) {
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}

function newestJournal(state) {
  const folder = join(state, 'runs');
  const [newest] = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.jsonl'))
        .sort()
        .reverse()
    : [];
  if (newest === undefined) return undefined;
  const entries = readFileSync(join(folder, newest), 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  return { name: newest.replace('.jsonl', ''), entries };
}

/** The configurations whose last word in the journal is that they are written. */
function writtenIn(entries) {
  const ids = new Map(
    entries
      .filter(({ type }) => type === 'plan')
      .map(({ index, record }) => [index, record.deviceConfigurationId]),
  );
  const last = new Map(
    entries.filter(({ type }) => type === 'result').map(({ index, status }) => [index, status]),
  );
  return new Set([...last].filter(([, status]) => status === 'written').map(([index]) => ids.get(index)));
}
