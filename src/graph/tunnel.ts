import { type AgentOptions, request as plainRequest } from 'node:http';
import { Agent, request as secureRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { proxyFailure, proxyUnreachable, withCode } from './connection-failure.ts';

/** What Node gives to an agent for a connection; `servername` is the name that the certificate must have. */
interface ConnectionOptions {
  readonly host?: string | null | undefined;
  readonly port?: string | number | null | undefined;
  readonly servername?: string | undefined;
}

interface Destroyable {
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

type Connected = (error: Error | null, socket: Duplex) => void;

/** Reaches hosts by TLS through an HTTP proxy: each connection is a tunnel that the proxy opens on CONNECT. */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;
  /** What is not handed over yet, and would otherwise outlive the agent. */
  readonly #opening = new Set<Destroyable>();

  /** @param proxy may carry a user and a password; with https the proxy itself is reached by TLS */
  constructor(proxy: URL, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(options: ConnectionOptions, connected: Connected): undefined {
    const fail = (error: Error): void => connected(error, undefined as never);
    this.#tunnel(options).then((tunnel) => {
      const { servername } = options;
      const socket = connect({
        socket: tunnel,
        ALPNProtocols: ['http/1.1'],
        ...(servername === undefined || servername === '' ? {} : { servername }),
        // Without a name, that of an address, the certificate is held against the host.
        ...(options.host == null ? {} : { host: options.host }),
      });
      this.#open(socket);
      socket.once('error', fail);
      const cut = (): void => fail(withCode('ECONNRESET'));
      socket.once('close', cut);
      socket.once('secureConnect', () => {
        socket.off('error', fail);
        socket.off('close', cut);
        this.#opening.delete(socket);
        connected(null, socket);
      });
    }, fail);
  }

  override destroy(): void {
    for (const part of this.#opening) part.destroy();
    super.destroy();
  }

  #open(part: Destroyable): void {
    this.#opening.add(part);
    part.once('close', () => this.#opening.delete(part));
  }

  #tunnel({ host, port }: ConnectionOptions): Promise<Duplex> {
    const target = `${host?.includes(':') ? `[${host}]` : host}:${port}`;
    const request = this.#proxy.protocol === 'https:' ? secureRequest : plainRequest;
    return new Promise((resolve, reject) => {
      const asked = request(this.#proxy, {
        method: 'CONNECT',
        path: target,
        headers: { Host: target, ...authorization(this.#proxy) },
        agent: false,
      });
      this.#open(asked);
      asked.once('error', (error) => reject(proxyUnreachable(error, this.#proxy)));
      asked.once('connect', ({ statusCode = 0 }, socket, early) => {
        if (statusCode === 200) {
          // What came right behind the proxy's answer is the host's.
          if (early.length > 0) socket.unshift(early);
          return resolve(socket);
        }
        socket.destroy();
        reject(proxyFailure(`https://${target}`, statusCode));
      });
      // After an answer or an error this changes nothing.
      asked.once('close', () => reject(proxyUnreachable(withCode('ECONNRESET'), this.#proxy)));
      asked.end();
    });
  }
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` };
}
