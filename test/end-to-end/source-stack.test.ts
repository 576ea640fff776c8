import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cleanEnvironment, runBinary } from '../support/binary.ts';
import { folderFor } from './sign-in-fixture.ts';

test('an unexpected error is reported with its place in the sources', async () => {
  const sabotage = join(folderFor('source-stack'), 'sabotage.cjs');
  writeFileSync(sabotage, "String.prototype.repeat = () => { throw new TypeError('planted'); };");
  const { code, stderr } = await runBinary(['routes'], {
    env: { ...cleanEnvironment(), NODE_OPTIONS: `--require=${sabotage}` },
  });
  expect(code).toBe(1);
  expect(stderr).toContain('TypeError: planted');
  expect(stderr).not.toContain('/dist/');
  const [, file = '', line = ''] = /(src\/present\/grid\.ts):(\d+):\d+/.exec(stderr) ?? [];
  const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  expect(source.split('\n')[Number(line) - 1]).toContain('.repeat(');
});
