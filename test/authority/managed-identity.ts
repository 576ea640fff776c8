import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request to the identity endpoint. */
interface IdentityRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The value of `X-IDENTITY-HEADER`. */
  readonly secret: string | undefined;
}

export interface ManagedIdentity {
  /** The environment variables of a process in App Service. */
  readonly env: { readonly IDENTITY_ENDPOINT: string; readonly IDENTITY_HEADER: string };
  readonly requests: IdentityRequest[];
  close(): Promise<void>;
}

export interface ManagedIdentityOptions {
  /** The token for a resource such as `https://graph.microsoft.com`. */
  token(resource: string): string;
  /** The lifetime in seconds; the default is a day, as in App Service. */
  readonly expiresInSeconds?: number;
}

/**
 * The identity endpoint of Azure App Service, version 2019-08-01, over plain HTTP: the header proves that the caller
 ** runs in the same sandbox, and `expires_on` is a string with the seconds since 1970.
 */
export async function startManagedIdentity(options: ManagedIdentityOptions): Promise<ManagedIdentity> {
  const secret = randomUUID();
  const requests: IdentityRequest[] = [];
  const server = createServer((incoming, response) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://identity');
    const header = incoming.headers['x-identity-header'];
    const request = {
      path: pathname,
      query: Object.fromEntries(searchParams),
      secret: typeof header === 'string' ? header : undefined,
    };
    requests.push(request);
    const { status, body } = answer(request);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(body));
  });

  function answer({ path, query, secret: given }: IdentityRequest): { status: number; body: object } {
    const { resource } = query;
    if (path !== '/msi/token') return refuse(404, 'No such endpoint.');
    if (given !== secret) return refuse(401, 'The header X-IDENTITY-HEADER is missing or wrong.');
    if (query['api-version'] !== '2019-08-01') return refuse(400, 'The API version is not supported.');
    if (resource === undefined || resource === '') return refuse(400, 'The parameter resource is missing.');
    const expires = Math.floor(Date.now() / 1000) + (options.expiresInSeconds ?? 86_400);
    return {
      status: 200,
      body: {
        access_token: options.token(resource),
        expires_on: String(expires),
        resource,
        token_type: 'Bearer',
        client_id: query.client_id ?? randomUUID(),
      },
    };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: secret },
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refuse(statusCode: number, message: string): { status: number; body: object } {
  return { status: statusCode, body: { statusCode, message, correlationId: randomUUID() } };
}
