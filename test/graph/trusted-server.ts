import { createServer as createSecureServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServerCertificate, type ServerCertificate } from '../authority/certificates.ts';
import { trustRoot } from '../support/trust-root.ts';

export interface TrustedServer {
  readonly server: Server;
  readonly port: number;
  close(): Promise<void>;
}

/** Created once for a test file, for `localhost`, 127.0.0.1 and graph.example. */
let certificate: ServerCertificate | undefined;

/** Makes this process trust the root certificate of `startTrustedServer`. */
export async function trustItsRoot(): Promise<void> {
  certificate ??= await createServerCertificate(['graph.example']);
  trustRoot(certificate.ca);
}

/** A server on loopback with a certificate of that root. */
export async function startTrustedServer(host = '127.0.0.1'): Promise<TrustedServer> {
  certificate ??= await createServerCertificate(['graph.example']);
  const { certificate: cert, privateKey: key } = certificate;
  const server = createSecureServer({ cert, key });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
