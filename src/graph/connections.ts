import type { Agent, buildConnector, Dispatcher, ProxyAgent } from 'undici';
import { proxyFailure, proxyUnreachable, schemesOf } from './connection-failure.ts';
import type { HttpProxy } from './proxy.ts';

/** A pool of connections to any host, directly or through a proxy. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  /** Closes each connection when its requests have ended; resolves when all are closed. */
  finish(): Promise<void>;
  /** Closes all connections immediately, including those being opened. */
  destroy(): Promise<void>;
}

/** Keep-alive times in milliseconds: an idle connection is closed before a server or a gateway drops it. */
const KEEP_ALIVE = { keepAliveTimeout: 4_000, keepAliveMaxTimeout: 4_000 };

/** Only the complete exchange has a time-out. */
const NO_TIMEOUTS = { headersTimeout: 0, bodyTimeout: 0 };

/** Maximum size of all headers of an answer in bytes, as in Node. */
const MAX_HEADERS = 16 * 1024;

/**
 * Options for opening a connection. If an address of a host does not answer within `autoSelectFamilyAttemptTimeout`
 * milliseconds, the next one is tried. Node's default of 250 is too short for slow networks.
 */
const CONNECT = {
  autoSelectFamily: true,
  autoSelectFamilyAttemptTimeout: 1_800,
  rejectUnauthorized: true,
  timeout: 0,
  maxCachedSessions: 100,
} as const;

/** Opens a pool of connections. Nothing is connected before the first request. @param proxy undefined: direct connections */
export async function openConnections(proxy: HttpProxy | undefined): Promise<Connections> {
  // Node 20 also compiles undici's parser with the optimizing compiler, which takes 100 ms. Later versions compile lazily.
  if (process.versions.node.startsWith('20.'))
    process.getBuiltinModule('node:v8').setFlagsFromString('--liftoff-only');
  const opened = new Set<Destroyable>();
  const dispatcher = proxy === undefined ? await direct(opened) : await viaProxy(new URL(proxy.url), opened);
  return {
    dispatcher,
    finish: () => dispatcher.close(),
    async destroy() {
      // undici does not close sockets that are being opened, and these would keep the process alive.
      for (const socket of opened) socket.destroy();
      await dispatcher.destroy();
    },
  };
}

interface Destroyable {
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** A connector that keeps its open sockets in `opened`. */
function tracked(connect: buildConnector.connector, opened: Set<Destroyable>): buildConnector.connector {
  return (options, callback) => {
    const socket = connect(options, callback) as unknown as Destroyable;
    opened.add(socket);
    socket.once('close', () => opened.delete(socket));
  };
}

async function direct(opened: Set<Destroyable>): Promise<Agent> {
  const [{ default: Agent }, { default: buildConnector }] = await Promise.all([
    import('undici/lib/dispatcher/agent.js'),
    import('undici/lib/core/connect.js'),
  ]);
  return new Agent({
    ...KEEP_ALIVE,
    ...NO_TIMEOUTS,
    maxHeaderSize: MAX_HEADERS,
    connect: tracked(buildConnector(CONNECT), opened),
  });
}

/** Tunnels with CONNECT. @param proxy may have a user and a password; with https, the connection to the proxy uses TLS */
async function viaProxy(proxy: URL, opened: Set<Destroyable>): Promise<ProxyAgent> {
  const [{ default: ProxyAgent }, { default: Pool }, { default: connect }] = await Promise.all([
    import('undici/lib/dispatcher/proxy-agent.js'),
    import('undici/lib/dispatcher/pool.js'),
    import('undici/lib/api/api-connect.js'),
  ]);
  const token = authorization(proxy);
  return new ProxyAgent({
    ...KEEP_ALIVE,
    ...NO_TIMEOUTS,
    maxHeaderSize: MAX_HEADERS,
    uri: proxy.href,
    proxyTls: { ...CONNECT },
    requestTls: { ...CONNECT },
    ...(token === undefined ? {} : { token }),
    clientFactory(origin, options) {
      const { connect: connector } = options as { readonly connect: buildConnector.connector };
      const pool = new Pool(origin, { ...NO_TIMEOUTS, connect: tracked(connector, opened) });
      /** Opens a tunnel; a refusal of the proxy is reported as such. */
      const tunnel = async (asked: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
        const headers = { ...(asked.headers as Record<string, string>), host: asked.path };
        const answer = await connect.call(pool, { ...asked, headers }).catch((error: unknown) => {
          throw proxyUnreachable(error, proxy);
        });
        if (answer.statusCode === 200) return answer;
        answer.socket.on('error', () => undefined).destroy();
        throw proxyFailure(`https://${asked.path}`, answer.statusCode, {
          schemes: schemesOf(answer.headers['proxy-authenticate']),
          authorized: token !== undefined,
        });
      };
      return Object.assign(pool, { connect: tunnel });
    },
  });
}

function authorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
