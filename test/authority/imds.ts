import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer of the token service of virtual machines, or of another server at its address. */
export interface ImdsAnswer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent unchanged. */
  readonly text?: string;
}

export interface Imds {
  /** Makes a process use this service instead of 169.254.169.254. */
  readonly env: { readonly AZURE_POD_IDENTITY_AUTHORITY_HOST: string };
  /** The query of each request for a token. */
  readonly queries: Readonly<Record<string, string>>[];
  close(): Promise<void>;
}

/** The instance metadata service (IMDS) on loopback. It sends the answers in order, and repeats the last one. */
export async function startImds(answers: readonly ImdsAnswer[]): Promise<Imds> {
  const queries: Readonly<Record<string, string>>[] = [];
  const server = createServer((incoming, response) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://imds');
    if (!/^\/metadata\/identity\/oauth2\/token\/?$/.test(pathname) || incoming.headers.metadata !== 'true') {
      response
        .writeHead(400)
        .end('{"error":"invalid_request","error_description":"Required metadata header"}');
      return;
    }
    const { status, body, text } = answers[Math.min(queries.length, answers.length - 1)] ?? { status: 500 };
    queries.push(Object.fromEntries(searchParams));
    response.writeHead(status, { 'content-type': body === undefined ? 'text/html' : 'application/json' });
    response.end(text ?? JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: { AZURE_POD_IDENTITY_AUTHORITY_HOST: `http://127.0.0.1:${port}` },
    queries,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
