import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cleanEnvironment, runBinary } from '../support/binary.ts';

const onPosix = process.platform === 'win32' ? test.skip : test;

onPosix.each([
  ['az', 'azure-cli', 'bin'],
  ['azd', 'azd', 'bin'],
  ['pwsh', 'azure-powershell', 'bin'],
  ['pwsh', 'azure-powershell', ''],
])('%s of a relative folder on PATH is not run: --auth %s, PATH=%p', async (name, method, relative) => {
  const root = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
  const log = join(root, 'log');
  const install = (folder: string, text: string): void => {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    writeFileSync(join(folder, name), `#!/bin/sh\necho ${text} >> '${log}'\n`, { mode: 0o755 });
  };
  install(join(root, relative), 'relative');
  install(join(root, 'safe'), 'safe');
  const { PATH } = cleanEnvironment();
  await runBinary(['whoami', '--auth', method], {
    folder: root,
    env: { ...cleanEnvironment(), PATH: `${relative}:${join(root, 'safe')}:${PATH}` },
  });
  expect(existsSync(log) ? new Set(readFileSync(log, 'utf8').trim().split('\n')) : log).toEqual(
    new Set(['safe']),
  );
});
