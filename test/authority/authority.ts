import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServerCertificate } from './certificates.ts';
import { instanceDiscovery, openidConfiguration } from './discovery.ts';
import { badRequest, Refusal } from './entra-error.ts';
import { type Answer, type AuthorityRequest, json } from './exchange.ts';
import { accessToken } from './issued-tokens.ts';
import { type Pipeline, pipelineToken } from './pipeline-tokens.ts';
import { publishedKeys } from './signing-key.ts';
import {
  ADELE,
  type App,
  type Behaviour,
  defaultBehaviour,
  GRAPH_COMMAND_LINE,
  TENANT,
  type User,
} from './tenant.ts';
import { TokenEndpoint } from './token-endpoint.ts';

export interface AuthorityOptions {
  /** The folder for the root certificate, for NODE_EXTRA_CA_CERTS. */
  readonly folder: string;
  /** App registrations, in addition to Microsoft's public client for Graph command lines. */
  readonly apps?: readonly App[];
  readonly user?: User;
  /** Names in the certificate besides `localhost` and `127.0.0.1`, for clients that connect through a proxy. */
  readonly hosts?: readonly string[];
  /** The tokens of the token services of GitHub Actions and Azure Pipelines, which this server also provides. */
  readonly pipeline?: Pipeline;
}

/** A running authority. */
export interface Authority {
  /** `https://127.0.0.1:PORT`, for `authorityHost`. */
  readonly url: string;
  readonly port: number;
  /** The path of the root certificate (PEM). A process reads it at its start, from NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  /** The tenant id, for requests with a tenant name in their path. */
  readonly tenant: string;
  /** The requests received so far, in order. */
  readonly requests: AuthorityRequest[];
  readonly behaviour: Behaviour;
  /** An access token for Graph with the default claims, changed by these; undefined removes a claim. */
  issue(claims?: Readonly<Record<string, unknown>>): string;
  revokeRefreshTokens(): void;
  close(): Promise<void>;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Starts an authority on loopback that behaves like Microsoft Entra's version 2 endpoints, over real TLS. */
export async function startAuthority(options: AuthorityOptions): Promise<Authority> {
  const { ca, certificate, privateKey } = await createServerCertificate(options.hosts);
  mkdirSync(options.folder, { recursive: true });
  const caFile = join(options.folder, 'ca.pem');
  writeFileSync(caFile, ca);
  const behaviour = defaultBehaviour();
  const requests: AuthorityRequest[] = [];
  const tokens = new TokenEndpoint(
    [...(options.apps ?? []), { clientId: GRAPH_COMMAND_LINE }],
    options.user ?? ADELE,
  );
  const now = (): number => Date.now() + behaviour.clockAheadSeconds * 1000;

  const server = createServer({ key: privateKey, cert: certificate }, async (incoming, response) => {
    const request = await read(incoming);
    requests.push(request);
    respond(response, answerOf(request), now());
  });

  function answerOf(request: AuthorityRequest): Answer {
    try {
      return behaviour.intercept?.(request) ?? pipelineToken(request, options.pipeline) ?? route(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.answer(request.form['client-request-id'], now());
    }
  }

  function route(request: AuthorityRequest): Answer {
    const [, segment = '', ...rest] = request.path.split('/');
    const endpoint = `${request.method} ${rest.join('/')}`;
    if (endpoint === 'GET discovery/instance') return instanceDiscovery(request);
    if (behaviour.tenants !== undefined && !behaviour.tenants.includes(segment)) {
      throw badRequest('invalid_tenant', 90002, `Tenant '${segment}' was not found.`);
    }
    const origin = `https://${request.headers.host}`;
    const tenant = GUID.test(segment) ? segment : TENANT;
    switch (endpoint) {
      case 'GET v2.0/.well-known/openid-configuration':
        return openidConfiguration(origin, segment, tenant);
      case 'GET discovery/v2.0/keys':
        return json(publishedKeys());
      case 'GET oauth2/v2.0/authorize':
        return tokens.authorizationCodes.start(request, behaviour);
      case 'POST oauth2/v2.0/devicecode':
        return tokens.deviceCodes.start(request, behaviour);
      case 'POST oauth2/v2.0/token':
        return tokens.answer(request, {
          ...{ origin, tenant, behaviour, now: now() },
          endpoint: `${origin}${request.path}`,
        });
      case 'GET oauth2/v2.0/logout':
        return json({});
      default:
        return { status: 404 };
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `https://127.0.0.1:${port}`, port, caFile, tenant: TENANT, requests, behaviour },
    issue: (claims = {}) =>
      accessToken(
        {
          ...{ origin: `https://127.0.0.1:${port}`, tenant: TENANT, clientId: GRAPH_COMMAND_LINE },
          ...{ scope: 'https://graph.microsoft.com/.default', behaviour, now: now() },
        },
        claims,
      ),
    revokeRefreshTokens: () => tokens.revokeRefreshTokens(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(incoming: IncomingMessage): Promise<AuthorityRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'https://authority');
  return {
    method: incoming.method ?? '',
    path: pathname,
    query: Object.fromEntries(searchParams),
    form: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8'))),
    headers: incoming.headers,
  };
}

function respond(response: ServerResponse, { status, headers, body, text }: Answer, now: number): void {
  response.writeHead(status, {
    date: new Date(now).toUTCString(),
    'cache-control': 'no-store, no-cache',
    ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...headers,
  });
  response.end(text ?? (body === undefined ? undefined : JSON.stringify(body)));
}
