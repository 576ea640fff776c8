import { type ChildProcess, spawn } from 'node:child_process';
import dns from 'node:dns';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openTransport, type Transport } from '../../src/graph/transport.ts';
import { failureOf } from '../support/fake-graph.ts';

/**
 * A host with several addresses on loopback. A server whose process is stopped by a signal no longer answers: the
 * kernel accepts two connections for it, and drops all others, as an unreachable network does.
 */
const SERVER = `
const [host, port] = process.argv.slice(1);
const server = require('node:http').createServer((_, response) => response.end(host));
server.listen({ host, port: Number(port), backlog: 1 }, () => console.log(server.address().port));
setTimeout(() => process.exit(), 60_000);
`;

const lookup = dns.lookup;
const never = new AbortController().signal;
const open: (() => unknown)[] = [];

afterEach(async () => {
  dns.lookup = lookup;
  for (const close of open.splice(0).reverse()) await close();
});

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
}

async function serverAt(host: string, port = 0): Promise<Server> {
  const child = spawn(process.execPath, ['-e', SERVER, host, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  open.push(() => child.kill('SIGKILL'));
  const [output] = await new Promise<Buffer[]>((resolve) =>
    child.stdout.once('data', (...parts) => resolve(parts)),
  );
  return { child, port: Number(output) };
}

/** Stops the server, so that its address no longer answers. */
async function silence({ child, port }: Server, host: string): Promise<void> {
  child.kill('SIGSTOP');
  for (let count = 0; count < 2; count += 1) {
    const socket: Socket = connect(port, host);
    open.push(() => socket.destroy());
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  }
}

/** Sets the addresses of every name. */
function resolveTo(...addresses: readonly string[]): void {
  const all = addresses.map((address) => ({ address, family: 4 }));
  const replaced = (_: string, options: unknown, done: (...result: unknown[]) => void) => {
    if ((options as { all?: boolean }).all) done(null, all);
    else done(null, addresses[0], 4);
  };
  dns.lookup = replaced as unknown as typeof dns.lookup;
}

function transport(): Transport {
  const opened = openTransport(undefined);
  open.push(() => opened.close());
  return opened;
}

function get(port: number) {
  return { method: 'GET', url: new URL(`http://graph.example:${port}/`), headers: {}, body: undefined };
}

// On other systems loopback has one address, and a stopped process behaves differently.
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a name with several addresses (Linux)', () => {
  test('is reached if the first address does not answer', async () => {
    const good = await serverAt('127.0.0.1');
    const silent = await serverAt('127.0.0.2', good.port);
    await silence(silent, '127.0.0.2');
    resolveTo('127.0.0.2', '127.0.0.1');
    const { text } = await transport().exchange(get(good.port), 10_000, never);
    expect(text).toBe('127.0.0.1');
  });

  test('is reached if its first address takes a second to connect, and the next one does not connect', async () => {
    const slow = await serverAt('127.0.0.2');
    await silence(slow, '127.0.0.2');
    resolveTo('127.0.0.2', '127.0.0.3');
    const exchange = transport().exchange(get(slow.port), 10_000, never);
    await sleep(100);
    slow.child.kill('SIGCONT');
    // The kernel sends the SYN again after a second.
    expect((await exchange).text).toBe('127.0.0.2');
  });

  test('of which none answers fails within the time-out, and nothing has been sent', async () => {
    const silent = await serverAt('127.0.0.2');
    await silence(silent, '127.0.0.2');
    resolveTo('127.0.0.2');
    expect(await failureOf(transport().exchange(get(silent.port), 500, never))).toMatchObject({
      kind: 'network',
      message: `no connection to http://graph.example:${silent.port} within 0.5 s`,
      details: { connection: 'connect-timeout', unsent: true, code: 'ETIMEDOUT' },
    });
  });

  test('of which none listens fails as a single address does', async () => {
    const { child, port } = await serverAt('127.0.0.1');
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    resolveTo('127.0.0.2', '127.0.0.3');
    expect(await failureOf(transport().exchange(get(port), 10_000, never))).toMatchObject({
      details: { connection: 'refused', unsent: true, code: 'ECONNREFUSED' },
    });
  });
});
