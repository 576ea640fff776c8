import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';
import { BadWire } from './bad-wire.mjs';

const BINARY = fileURLToPath(new URL('../../bin/graph-overview.js', import.meta.url));

/** The documented exit codes; any other is a crash. */
const CODES = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 124, 130, 143, null]);

/** Separate namespaces for another host: process ids, host name, network, and mounts for /proc. */
const UNSHARE = ['unshare', '--pid', '--uts', '--net', '--fork', '--mount-proc', '--kill-child=KILL'];
const HOST = fileURLToPath(new URL('./host.mjs', import.meta.url));

/** Whether this machine permits the namespaces of another host. */
export function canUnshare() {
  const [command, ...flags] = UNSHARE;
  const up = 'hostname other && ip link set lo up';
  return spawnSync(command, [...flags, 'sh', '-c', up], { stdio: 'ignore' }).status === 0;
}

/** The age in milliseconds from which a value is read again before it is overwritten. */
const WINDOW = 30_000;

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 ** Runs the program as a process. `kill` is a signal and the milliseconds after which it is sent, from the start or from
 ** the time at which `once` is true.
 */
function run(args, env, { kill, closeOutput = false, uid, node = [], within = [process.execPath] } = {}) {
  return new Promise((resolve) => {
    const [command, ...before] = within;
    const child = spawn(command, [...before, ...node, BINARY, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('error', () => undefined).setEncoding('utf8');
    child.stdout.on('data', (part) => {
      stdout += part;
      // Like `head -1`.
      if (closeOutput && stdout.includes('\n')) child.stdout.destroy();
    });
    child.stderr.setEncoding('utf8').on('data', (part) => (stderr += part));
    let timer;
    const arm = () => {
      if (kill.once?.() === false) timer = setTimeout(arm, 5);
      else timer = setTimeout(() => child.kill(kill.signal), kill.after);
    };
    if (kill) arm();
    // No run takes this long unless it hangs.
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

/** A mock Graph as a process; all of them share one tenant. */
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

/** A service without faults, a connection to it with faults, and checks for lost values. */
export class Lab {
  rows;
  #home = mkdtempSync(join(tmpdir(), 'graph-overview-faults-'));
  #tenant = join(this.#home, 'tenant.jsonl');
  #log = join(this.#home, 'log.jsonl');
  #clean;
  #tls;
  #wire;
  /** The connection of the other hosts to the service. */
  #socket = join(this.#home, 'socket');
  #forwarder;
  #ids = [];
  #value = 1_000;
  #number = 0;
  #random;
  /** The writes of another client in this round: by id, the value and the time. */
  #others = new Map();
  #resumedAt;

  constructor(random, rows) {
    this.rows = rows;
    this.#random = random;
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
    this.#forwarder = createServer((client) => {
      const service = connect(this.#wire.port, '127.0.0.1');
      for (const end of [client, service]) end.on('error', () => undefined);
      client.pipe(service).pipe(client);
      client.on('close', () => service.destroy());
      service.on('close', () => client.destroy());
    });
    await new Promise((resolve) => this.#forwarder.listen(this.#socket, resolve));
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
    this.#forwarder.close();
    this.#clean.end();
    rmSync(this.#home, { recursive: true, force: true });
  }

  /**
   * Writes a value to every row with a fault, then finishes the run without faults.
   * @returns the outcome: `lost` rows are reported as written and are not, or are missing at the end; `overwritten`
   *   are values of another client that should have been kept
   */
  async round({
    faults,
    harm,
    tls = false,
    args = [],
    processOptions,
    prepare,
    meanwhile,
    between,
    lasting = false,
    stores = true,
    refused = false,
  }) {
    const { state, file } = this.#begin();
    const faulty = faults && (await this.#serve(faults));
    const service = faulty?.port ?? this.#clean.port;
    this.#wire.leadTo(tls ? await this.#tlsTo(service) : service, harm);
    const undo = await prepare?.(state, file);
    const env = { ...this.#env, GRAPH_OVERVIEW_STATE: undo?.state ?? state, ...undo?.env };
    const url = this.#url(tls);
    const before = this.#logged();
    const other = meanwhile?.();
    const first = await run(
      ['apply', file, '--yes', '--rate', '5000/1s', '--endpoint', url, '-o', 'json', ...args],
      env,
      processOptions?.(env.GRAPH_OVERVIEW_STATE),
    );
    await other;
    if (!lasting) faulty?.end();
    const problems = this.#faultsOf(first);
    const reported = (summaryOf(first.stdout)?.rows ?? []).filter(({ status }) => status === 'written');
    let lost = reported.filter((row) => !this.#isStored(row.deviceConfigurationId)).length;
    if (refused && (first.code !== 2 || this.#patchesSince(before).length > 0))
      problems.push(`not refused but ${first.code}`);
    await undo?.after?.();
    const known = writtenIn(newestJournal(env.GRAPH_OVERVIEW_STATE)?.entries ?? []);
    await between?.(env.GRAPH_OVERVIEW_STATE);
    if (!lasting) this.#wire.leadTo(tls ? await this.#tlsTo(this.#clean.port) : this.#clean.port);
    const { codes, again, outcomes } = await this.#finish(env, file, url, known);
    if (lasting) faulty?.end();
    if (stores) lost += this.#ids.filter((id) => !this.#isStored(id)).length;
    return {
      codes: [first.signal ?? first.code],
      ...(between === undefined && !lasting ? {} : { resumed: codes }),
      lost,
      again,
      ...(this.#others.size === 0 ? {} : { overwritten: this.#overwritten(before) }),
      wrong: [...problems, ...outcomes],
    };
  }

  /**
   * Two hosts with one run: the second is refused, then takes the run over while the first still writes.
   * @returns as `round`; `again` is the number of rows that were stored twice without `again` in their record
   */
  async twoHosts() {
    const { state, file } = this.#begin();
    const service = await this.#serve(['--latency', '60ms']);
    this.#wire.leadTo(service.port);
    const env = { ...this.#env, GRAPH_OVERVIEW_STATE: state };
    const before = this.#logged();
    const end = ['--endpoint', this.#url(false), '-o', 'json'];
    const within = (name) => ({
      within: [...UNSHARE, process.execPath, HOST, name, String(this.#wire.port), this.#socket],
    });
    const first = run(['apply', file, '--yes', '--rate', '6/1s', ...end], env, within('first'));
    for (let tries = 0; tries < 200 && !hasResult(state); tries += 1) await sleep(20);
    await sleep(this.#random.between(0, 700));
    const resume = ['apply', '--resume', 'last', '--rate', '5000/1s', ...end];
    const second = await run(resume, env, within('second'));
    const third = await run([...resume, '--take-over'], env, within('second'));
    const ended = await first;
    const all = [ended, second, third];
    const wrong = all.flatMap((one) => this.#faultsOf(one));
    if (second.code !== 11 || !second.stderr.includes('--take-over'))
      wrong.push(`the second host was not refused but ended with ${second.code}`);
    if (third.code !== 0) wrong.push(`taking over ended with ${third.code}: ${third.stderr.slice(0, 300)}`);
    if (ended.code !== 11) wrong.push(`the first host was not stopped but ended with ${ended.code}`);
    const rows = all.flatMap(({ stdout }) => summaryOf(stdout)?.rows ?? []);
    const lost = this.#ids.filter((id) => !this.#isStored(id)).length;
    const again = this.#unreportedRepeats(before, rows);
    service.end();
    return { codes: all.map(({ signal, code }) => signal ?? code), lost, again, wrong };
  }

  /** Another client writes to some rows of this round. */
  async otherWrites(howMany) {
    for (let count = 0; count < howMany; count += 1) {
      const id = this.#ids[Math.floor(this.#random.between(0, this.rows))];
      const value = 900_000 + this.#value * 100 + count;
      const url = `http://127.0.0.1:${this.#clean.port}/beta/deviceManagement/deviceConfigurations/${id}/deviceStatusOverview`;
      const { status } = await fetch(url, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ conflictCount: value }),
      });
      if (status !== 200) throw new Error(`the other client was answered ${status}`);
      this.#others.set(id, { value, at: Date.now() });
    }
  }

  /** Flips one bit of the newest journal. */
  flipBit(state) {
    const journal = newestJournal(state);
    if (journal === undefined) return;
    const bytes = readFileSync(journal.path);
    if (bytes.length === 0) return;
    const bit = Math.floor(this.#random.between(0, bytes.length * 8));
    bytes[bit >> 3] ^= 1 << (bit & 7);
    writeFileSync(journal.path, bytes);
  }

  #begin() {
    const state = join(this.#home, `state-${this.#number}`);
    const file = join(this.#home, `rows-${this.#number}.csv`);
    this.#number += 1;
    this.#value += 1;
    this.#others = new Map();
    mkdirSync(state, { mode: 0o700 });
    this.#writeFile(file, this.#ids);
    return { state, file };
  }

  #writeFile(file, ids) {
    const rows = ids.map((id) => `${id},${this.#value}`);
    writeFileSync(file, `deviceConfigurationId,conflict\n${rows.join('\n')}\n`);
  }

  #serve(args) {
    return serve(this.#env, this.#tenant, [...args, '--log', this.#log]);
  }

  /** Whether the service has the value of this round, or a later value of another client. */
  #isStored(id) {
    return [this.#value, this.#others.get(id)?.value].includes(this.#storedValues().get(id));
  }

  /**
   * The number of lost values of the other client that should have been kept. A value written shortly before ours can be
   * lost, because a value is read up to half a minute before it is overwritten, counted from the first write of the run.
   */
  #overwritten(from) {
    const ours = this.#patchesSince(from);
    const began = Date.parse(ours[0]?.time ?? 0);
    return [...this.#others].filter(([id, { value, at }]) => {
      if (this.#storedValues().get(id) === value) return false;
      const last = ours.findLast(({ path }) => path.includes(id));
      if (last === undefined) return true;
      const written = Date.parse(last.time);
      const resumed = this.#resumedAt !== undefined && written > this.#resumedAt && at < this.#resumedAt;
      return resumed || (written - began > WINDOW && written - at > 2_000);
    }).length;
  }

  /** The number of rows that were stored more than once without a record that has `again`. */
  #unreportedRepeats(from, rows) {
    const reported = new Set(
      rows.filter(({ again }) => again === true).map((row) => row.deviceConfigurationId),
    );
    const stored = this.#patchesSince(from).filter(({ status }) => status === 200);
    return this.#ids.filter((id) => {
      const count = stored.filter(({ path }) => path.includes(id)).length;
      return count > 1 && !reported.has(id);
    }).length;
  }

  /** Runs `list` with a reader that closes the pipe after the first line. */
  async reader(format) {
    const env = { ...this.#env, GRAPH_OVERVIEW_STATE: join(this.#home, 'reader') };
    const ended = await run(['list', '--endpoint', this.#url(false), '-o', format], env, {
      closeOutput: true,
    });
    const wrong = this.#faultsOf(ended);
    if (ended.code !== 0 || ended.stderr !== '') wrong.push(`${ended.code}: ${ended.stderr}`);
    return { codes: [ended.code], lost: 0, again: 0, wrong };
  }

  /**
   * Resumes a run, or applies the file again if the run was not confirmed.
   * @param known the rows that were written according to the journal when the first process ended
   */
  async #finish(env, file, url, known) {
    const wrong = [];
    const codes = [];
    let again = 0;
    this.#resumedAt = Date.now();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const journal = newestJournal(env.GRAPH_OVERVIEW_STATE);
      const written = attempt === 0 ? known : writtenIn(journal?.entries ?? []);
      const from = this.#logged();
      const agreed = journal?.entries.some(({ type }) => type === 'agreed');
      // The file is applied again if there is no plan (it could not be read), and for mismatches, which are not failures.
      const resumes = agreed && attempt === 0;
      // A file that is applied again overwrites later values of others; so these rows are left out.
      if (!resumes && this.#others.size > 0)
        this.#writeFile(
          file,
          this.#ids.filter((id) => !this.#others.has(id)),
        );
      const what = resumes ? ['--resume', journal.name] : [file];
      const ended = await run(
        ['apply', ...what, '--yes', '--rate', '5000/1s', '--endpoint', url, '-o', 'json'],
        env,
      );
      codes.push(ended.code);
      wrong.push(...this.#faultsOf(ended));
      again += this.#patchesSince(from).filter(({ path }) =>
        [...written].some((id) => path.includes(id)),
      ).length;
      if (ended.code === 0 || this.#leftToOthers(ended)) return { codes, again, outcomes: wrong };
      if (attempt === 2) wrong.push(`cannot be finished: ${ended.stderr.trim().slice(0, 200)}`);
      await sleep(50);
    }
    return { codes, again, outcomes: wrong };
  }

  /** Whether the only remaining rows are those that another client has written since. */
  #leftToOthers({ code, stdout }) {
    const left = (summaryOf(stdout)?.rows ?? []).filter(
      ({ status }) => !['written', 'unchanged'].includes(status),
    );
    const others = left.every(
      (row) => row.status === 'skipped' && this.#others.has(row.deviceConfigurationId),
    );
    return code === 11 && left.length > 0 && others;
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

  /** The stored values of the tenant, by id. */
  #storedValues() {
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
    return lines
      .map((one) => JSON.parse(one))
      .filter(({ method, body }) => method === 'PATCH' && body?.conflictCount === this.#value);
  }

  /** The mock Graph uses plain HTTP: TLS is terminated here, behind the bad connection. */
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
  const path = join(folder, newest);
  const entries = readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  return { name: newest.replace('.jsonl', ''), path, entries };
}

/** The configurations whose last result in the journal is that they are written. */
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

/** Whether the newest run of a state folder has a result in its journal. */
export function hasResult(state) {
  return newestJournal(state)?.entries.some(({ type }) => type === 'result') === true;
}
