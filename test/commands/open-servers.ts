import { afterEach } from '@jest/globals';
import { type Read, startChangingServer } from '../support/changing-overview.ts';
import type { RecordingServer } from '../support/recording-server.ts';

/** The resources that a test has opened; they are closed when it ends. */
export const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A server whose overviews change with each read; it runs until the test ends. */
export async function changing(
  reads: Readonly<Record<string, readonly [Read, ...Read[]]>>,
): Promise<RecordingServer> {
  const server = await startChangingServer(reads);
  open.push(server);
  return server;
}
