import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Locked {
  hasInstallScript?: boolean;
  integrity?: string;
  license?: string;
}

function check(folder: string): Promise<[code: unknown, output: string]> {
  return new Promise((resolve) =>
    execFile(process.execPath, [join(ROOT, '.ci/supply-chain.mjs'), folder], (error, stdout, stderr) =>
      resolve([error?.code ?? 0, error === null ? stdout : stderr]),
    ),
  );
}

describe('the supply chain', () => {
  test('has exact versions, no install scripts, and allowed licences', async () => {
    expect(await check(ROOT)).toEqual([0, expect.stringMatching(/^MIT \(\d+\): .*@azure\/identity \d/)]);
  });

  test.each([
    [
      'an install script',
      (one: Locked) => Object.assign(one, { hasInstallScript: true }),
      'has an install script',
    ],
    [
      'another licence',
      (one: Locked) => Object.assign(one, { license: 'GPL-3.0' }),
      'the licence GPL-3.0 is not allowed',
    ],
    ['no checksum', (one: Locked) => Object.assign(one, { integrity: undefined }), 'has no sha512 checksum'],
  ])('with %s fails the check', async (_, spoil, output) => {
    const folder = mkdtempSync(join(tmpdir(), 'graph-overview-supply-'));
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    spoil(lock.packages['node_modules/semver']);
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
    writeFileSync(join(folder, 'package.json'), readFileSync(join(ROOT, 'package.json')));
    expect(await check(folder)).toEqual([1, `node_modules/semver: ${output}\n`]);
  });
});
