import type { Runtime } from '../process/runtime.ts';
import type { HttpProxy } from './proxy.ts';
import { type Incoming, openTransport } from './transport.ts';

/**
 * Sends one GET without a token. Any answer shows that the host name, the connection and the certificate are valid.
 * @param timeout in milliseconds
 * @throws a `network` Failure; a `usage` Failure if the proxy cannot be used
 */
export async function reach(
  url: URL,
  proxy: HttpProxy | undefined,
  timeout: number,
  { signal }: Pick<Runtime, 'signal'>,
): Promise<Incoming> {
  const transport = openTransport(proxy);
  try {
    const headers = { Accept: 'application/json' };
    return await transport.exchange({ method: 'GET', url, headers, body: undefined }, timeout, signal);
  } finally {
    await transport.close();
  }
}
