import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeFolders } from '../../src/state/make-folders.ts';

const folder = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));

test('folders are created with their parents, only for their owner', async () => {
  const path = join(folder, 'a', 'b', 'c');
  await makeFolders(path, 0o700);
  await makeFolders(path, 0o700);
  for (const one of [path, join(folder, 'a')]) expect(statSync(one).mode & 0o777).toBe(0o700);
});

test('a file at the path of a folder is an error', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(makeFolders(join(folder, 'file', 'below'), 0o700)).rejects.toMatchObject({ code: 'ENOTDIR' });
});

(existsSync('/proc/self') ? test : test.skip)(
  'a parent in which nothing can be created is an error',
  async () => {
    await expect(makeFolders('/proc/nobody/state', 0o700)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);
