import { spawn } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { startEmulator } from '../../src/emulator/index.ts';
import { BINARY, cleanEnvironment } from '../support/binary.ts';
import { startRecordingServer } from '../support/recording-server.ts';
import { runMain } from '../support/run-main.ts';

describe('list', () => {
  test.each(['jsonl', 'csv'])('prints the first page in %s before the second is received', async (format) => {
    let pending: ServerResponse | undefined;
    const page = (id: string): Record<string, unknown> => ({
      value: [{ id, displayName: id, deviceStatusOverview: { failedCount: 1 } }],
    });
    const server = await startRecordingServer(({ path }, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      if (path.includes('skiptoken')) pending = response;
      else {
        const next = `${server.url}/beta/deviceManagement/deviceConfigurations?$skiptoken=2`;
        response.end(JSON.stringify({ ...page('one'), '@odata.nextLink': next }));
      }
    });
    const child = spawn(process.execPath, [BINARY, 'list', '--endpoint', server.url, '-o', format], {
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8');
    try {
      for await (const part of child.stdout) {
        stdout += part;
        if (!stdout.includes('one')) continue;
        // The second page is answered only after the first has been printed; otherwise the test would not end.
        while (pending === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
        if (!pending.writableEnded) pending.end(JSON.stringify(page('two')));
      }
      expect(stdout).toMatch(/one[\s\S]*two/);
    } finally {
      child.kill();
      await server.close();
    }
  });

  test('of 5,000 configurations sends one request for each page, and batches of 20 if $expand is rejected', async () => {
    const clock = { now: () => 0, sleep: async () => undefined };
    for (const expand of [true, false]) {
      const server = await startEmulator({ clock, configurations: 5_000, expand });
      try {
        const run = await runMain(['list', '--endpoint', server.url, '-o', 'jsonl', '--verbose']);
        expect(run.code).toBe(0);
        expect(run.stdout.trimEnd().split('\n')).toHaveLength(5_000);
        expect(run.stderr.match(/^GET /gm)).toHaveLength(expand ? 100 : 101);
        expect(run.stderr.match(/^POST /gm) ?? []).toHaveLength(expand ? 0 : 250);
        // 5,101 requests at 1,000 in each window of 20 s: the last ones are sent after five windows.
        const waited = run.sleeps.reduce((sum, one) => sum + one, 0);
        expect(waited).toBeLessThanOrEqual(expand ? 0 : 110_000);
      } finally {
        await server.close();
      }
    }
  }, 60_000);
});
