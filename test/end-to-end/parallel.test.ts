import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { BINARY, cleanEnvironment, runBinary } from '../support/binary.ts';

const PAGE = readFileSync(new URL('../../docs/scale.md', import.meta.url), 'utf8');
const LINE = /```sh\n(parallel --halt.*)\n```/.exec(PAGE)?.[1] ?? '';

const installed = spawnSync('parallel', ['--version']).status === 0;

(installed ? test : test.skip)('the line for GNU parallel writes every row once', async () => {
  const env = cleanEnvironment();
  const home = env.HOME ?? '';
  const bin = join(home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'graph-overview'), `#!/bin/sh\nexec '${process.execPath}' '${BINARY}' "$@"\n`);
  chmodSync(join(bin, 'graph-overview'), 0o755);
  const log = join(home, 'log.jsonl');
  const args = ['serve', '--configurations', '100', '--quota', 'documented', '--log', log, '-o', 'json'];
  const server = spawn(process.execPath, [BINARY, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve) =>
    server.stdout.setEncoding('utf8').once('data', resolve),
  );
  const { url } = JSON.parse(line);
  const { stdout } = await runBinary(
    ['list', '--endpoint', url, '-o', 'tsv', '--query', '[].deviceConfigurationId'],
    { env },
  );
  const ids = stdout.trim().split('\n').slice(0, 60);
  writeFileSync(
    join(home, 'overviews.csv'),
    `deviceConfigurationId,conflict\n${ids.map((id) => `${id},7777`).join('\n')}\n`,
  );
  const ended = spawnSync('bash', ['-c', LINE], {
    cwd: home,
    env: { ...env, PATH: `${bin}:${env.PATH}`, GRAPH_OVERVIEW_ENDPOINT: url },
    encoding: 'utf8',
  });
  server.kill('SIGKILL');
  expect([ended.status, ended.stderr]).toEqual([0, expect.not.stringContaining('error')]);
  const entries = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  const written = entries.filter(({ method }) => method === 'PATCH');
  expect(written.map(({ status }) => status)).toEqual(Array(written.length).fill(200));
  expect(written).toHaveLength(ids.length);
});
