import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { BINARY, cleanEnvironment } from '../support/binary.ts';
import { startRecordingServer } from '../support/recording-server.ts';

const FAULTS = fileURLToPath(new URL('../faults/run.mjs', import.meta.url));

test('a selection of `npm run faults` loses nothing', async () => {
  const only = 'reset for,TLS: flips,the clock,SIGKILL at,one bit flipped,the disk';
  const args = [FAULTS, '--rounds', '1', '--rows', '30', '--only', only];
  const [code, output] = await new Promise<[unknown, string]>((resolve) =>
    execFile(process.execPath, args, (error, stdout, stderr) => resolve([error?.code ?? 0, stdout + stderr])),
  );
  expect([code, output]).toEqual([0, expect.stringContaining('nothing lost')]);
}, 120_000);

test('a journal that cannot be written ends apply with an error before anything is sent', async () => {
  const server = await startRecordingServer();
  const env = cleanEnvironment();
  const rows = join(env.HOME ?? '', 'rows.csv');
  const list = Array.from({ length: 100 }, (_, index) => `id-${index},1`);
  writeFileSync(rows, `deviceConfigurationId,pending\n${list.join('\n')}\n`);
  // At most 8 KiB for any file: less than the plan needs.
  const command = 'ulimit -f 8; exec "$0" "$@"';
  const apply = ['apply', rows, '--yes', '--no-read', '--endpoint', server.url, '-o', 'json'];
  const child = spawn('bash', ['-c', command, process.execPath, BINARY, ...apply], { env });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (part) => (stderr += part));
  const code = await new Promise((resolve) => child.on('close', resolve));
  await server.close();
  expect([code, JSON.parse(stderr).error]).toEqual([
    1,
    expect.objectContaining({
      message: expect.stringMatching(/^the journal of the run .* can no longer be written \(EFBIG\)$/),
      hint: expect.stringContaining('apply --resume'),
    }),
  ]);
  expect(server.requests).toEqual([]);
  // The lock is released: its last record says so.
  const runs = join(env.GRAPH_OVERVIEW_STATE ?? '', 'runs');
  const locks = readdirSync(runs).filter((name) => name.includes('.lock.'));
  expect(readFileSync(join(runs, locks.sort().at(-1) ?? ''), 'utf8')).toContain('"released":true');
});

test('a removed working folder is an error in one line', async () => {
  const gone = mkdtempSync(join(tmpdir(), 'graph-overview-gone-'));
  const command = 'cd "$GONE" && rmdir "$GONE" && exec "$0" "$@"';
  const args = ['-c', command, process.execPath, BINARY, 'report', '--local', '--out', 'page.html'];
  const run = await outcomeOf('bash', args, { ...cleanEnvironment(), GONE: gone });
  expect(run).toEqual([1, 'error: the working folder no longer exists\nhint: change to another folder\n']);
});

test('too many open files are an error in one line', async () => {
  const command = 'ulimit -n "$LIMIT" && exec "$0" "$@"';
  const args = ['-c', command, process.execPath, BINARY, 'list', '--local', '--top', '1', '--retries', '0'];
  // How many files a start needs depends on the version of Node: with some of these limits Node itself cannot start.
  const limits = [18, 19, 20, 21, 22, 23];
  const runs = await Promise.all(
    limits.map((limit) => outcomeOf('bash', args, { ...cleanEnvironment(), LIMIT: String(limit) })),
  );
  const errors = runs.map(([, stderr]) => stderr);
  expect(errors).toContain(
    'error: too many open files\nhint: raise the limit of this shell, for example with `ulimit -n 1024`\n',
  );
  expect(errors.join('')).not.toContain('this is a defect');
});

function outcomeOf(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<[unknown, string]> {
  return new Promise((resolve) =>
    execFile(file, args, { env }, (error, _, stderr) => resolve([error?.code ?? 0, stderr])),
  );
}
