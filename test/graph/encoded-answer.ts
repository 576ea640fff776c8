import { afterEach } from '@jest/globals';
import { openTransport } from '../../src/graph/transport.ts';
import { startRecordingServer } from '../support/recording-server.ts';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A GET that the service answers with these bytes and this `content-encoding`. */
export async function answered(encoding: string | undefined, bytes: Uint8Array, status = 200) {
  const server = await startRecordingServer((_, response) => {
    response.writeHead(status, encoding === undefined ? {} : { 'content-encoding': encoding });
    response.end(bytes);
  });
  const transport = openTransport(undefined);
  open.push(
    () => transport.close(),
    () => server.close(),
  );
  const request = { method: 'GET', url: new URL(server.url), headers: {}, body: undefined };
  const exchange = transport.exchange(request, 20_000, new AbortController().signal);
  exchange.catch(() => undefined);
  return { exchange, server, transport, request };
}
