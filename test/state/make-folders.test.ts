import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeFolders } from '../../src/state/make-folders.ts';

const folder = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));

test('folders are made, with those above them, for their owner alone', async () => {
  const path = join(folder, 'a', 'b', 'c');
  await makeFolders(path, 0o700);
  await makeFolders(path, 0o700);
  for (const one of [path, join(folder, 'a')]) expect(statSync(one).mode & 0o777).toBe(0o700);
});

test('where a file is in the way it is reported', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(makeFolders(join(folder, 'file', 'below'), 0o700)).rejects.toMatchObject({ code: 'ENOTDIR' });
});

(existsSync('/proc/self') ? test : test.skip)(
  'where nothing can be made it is told as well, and at once',
  async () => {
    await expect(makeFolders('/proc/nobody/state', 0o700)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);
