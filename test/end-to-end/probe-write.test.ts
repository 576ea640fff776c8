import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { BINARY, cleanEnvironment, endOf, runBinary } from '../support/binary.ts';

const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';

test.each([
  ['stores', []],
  ['ignores', ['--ignore-writes', 'echo']],
])('an interrupted doctor --probe-write restores the value: a service that %s writes', async (what, more) => {
  const env = cleanEnvironment();
  const log = join(env.HOME ?? '', 'requests.jsonl');
  // Delayed reads leave time for a signal.
  const options = ['--log', log, ...(what === 'stores' ? ['--stale', '4s'] : more)];
  const server = spawn(process.execPath, [BINARY, 'serve', '-o', 'json', ...options], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    let url = '';
    for await (const line of createInterface({ input: server.stdout })) {
      url = JSON.parse(line).url;
      break;
    }
    const before = JSON.parse((await runBinary(['get', A, '--endpoint', url, '-o', 'json'])).stdout);
    const child = spawn(
      process.execPath,
      [BINARY, 'doctor', '--probe-write', A, '--yes', '--endpoint', url],
      {
        env,
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    const ended = endOf(child);
    const bodies = () =>
      readFileSync(log, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter(({ method }) => method === 'PATCH')
        .map(({ body }) => body.lastUpdateDateTime);
    while (child.exitCode === null && bodies().length < 2) await pause(20);
    await pause(100);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    const [same, changed, restored] = bodies();
    expect([code, stdout, same, restored]).toEqual([
      130,
      '',
      before.lastUpdateDateTime,
      before.lastUpdateDateTime,
    ]);
    expect(changed).not.toBe(same);
    expect(stderr).toMatch(/^error: .*; the overview has its values from before the check$/m);
    expect((await runBinary(['runs', '-o', 'json'], { env })).stdout).toBe('[]\n');
    if (what === 'stores') await pause(4_100);
    const after = await runBinary(['get', A, '--endpoint', url, '-o', 'json']);
    expect(JSON.parse(after.stdout)).toEqual(before);
  } finally {
    server.kill();
  }
});
