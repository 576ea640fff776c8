import { afterEach } from '@jest/globals';
import { type Read, startChangingServer } from '../support/changing-overview.ts';
import type { RecordingServer } from '../support/recording-server.ts';

/** What a test opened; closed when it ends. */
export const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A server whose overviews change from read to read, until the test ends. */
export async function changing(
  reads: Readonly<Record<string, readonly [Read, ...Read[]]>>,
): Promise<RecordingServer> {
  const server = await startChangingServer(reads);
  open.push(server);
  return server;
}
