import { chmodSync, chownSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import type { SignInContext } from '../../src/sign-in/context.ts';
import { missingOnPath } from '../../src/sign-in/developer-tools.ts';

const onPosix = process.platform === 'win32' ? test.skip : test;

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
}

function folderWith(name: string, folderMode: number, fileMode: number): string {
  const folder = join(temporaryFolder(), 'bin');
  mkdirSync(folder);
  writeFileSync(join(folder, name), '#!/bin/sh\n');
  chmodSync(join(folder, name), fileMode);
  chmodSync(folder, folderMode);
  return folder;
}

function missing(names: readonly string[], path: string, variable = 'PATH'): Promise<string | undefined> {
  const runtime = { platform: process.platform, env: { [variable]: path } };
  return missingOnPath(names, { runtime } as unknown as SignInContext);
}

onPosix.each([
  [0o755, 0o755],
  [0o775, 0o775],
  [0o1777, 0o755],
])('a program in a folder with mode %o and with its own mode %o can be run', async (folderMode, fileMode) => {
  expect(await missing(['az'], folderWith('az', folderMode, fileMode))).toBeUndefined();
});

onPosix.each([
  ['its folder', 0o777, 0o755],
  ['its file', 0o755, 0o757],
  ['its file in a folder with the sticky bit', 0o1777, 0o777],
  ['its file, which has the sticky bit', 0o755, 0o1757],
])('a program is not run if other users can write to %s', async (_, folderMode, fileMode) => {
  const folder = folderWith('az', folderMode, fileMode);
  expect(await missing(['az'], folder)).toBe(`other users can replace ${join(folder, 'az')}`);
});

onPosix.each([
  [0o755, 0o777],
  [0o777, 0o755],
])(
  'a link to an unsafe program is not run: a folder with mode %o, a file with mode %o',
  async (folderMode, fileMode) => {
    const target = folderWith('az', folderMode, fileMode);
    const folder = join(temporaryFolder(), 'links');
    mkdirSync(folder, { mode: 0o755 });
    symlinkSync(join(target, 'az'), join(folder, 'az'));
    expect(await missing(['az'], folder)).toBe(`other users can replace ${join(folder, 'az')}`);
  },
);

onPosix('the first program on PATH is checked, for each of several names', async () => {
  const safe = folderWith('pwsh', 0o755, 0o755);
  const unsafe = folderWith('pwsh', 0o777, 0o755);
  const other = folderWith('powershell', 0o777, 0o755);
  expect(await missing(['pwsh', 'powershell'], `${safe}:${unsafe}`)).toBeUndefined();
  expect(await missing(['pwsh', 'powershell'], `${unsafe}:${safe}`)).toContain('other users can replace');
  expect(await missing(['pwsh', 'powershell'], `${safe}:${other}`)).toContain('powershell');
});

const asRoot = process.getuid?.() === 0 ? test : test.skip;

asRoot.each(['az', '.'])('a program is not run if another user owns it or its folder: %s', async (name) => {
  const folder = folderWith('az', 0o755, 0o755);
  chownSync(join(folder, name), 12_345, 0);
  expect(await missing(['az'], folder)).toBe(`other users can replace ${join(folder, 'az')}`);
});

onPosix('a file that is not executable is ignored, and Path can replace PATH', async () => {
  const [plain, program] = [folderWith('az', 0o755, 0o644), folderWith('az', 0o755, 0o755)];
  expect(await missing(['az'], plain)).toBe('az is not on PATH');
  expect(await missing(['az'], `${plain}:${program}`)).toBeUndefined();
  expect(await missing(['az'], program, 'Path')).toBeUndefined();
  expect(await missing(['other', 'az'], program)).toBeUndefined();
});

onPosix('relative and empty folders on PATH are ignored', async () => {
  expect(await missing(['node', 'az'], '.::bin')).toBe('node is not on PATH');
  const folder = folderWith('az', 0o755, 0o755);
  expect(await missing(['az'], relative(process.cwd(), folder))).toBe('az is not on PATH');
  expect(await missing(['az'], '')).toBe('az is not on PATH');
});

onPosix('a folder with the name of a program is not a program', async () => {
  const folder = join(temporaryFolder(), 'bin');
  mkdirSync(join(folder, 'az'), { recursive: true, mode: 0o755 });
  expect(await missing(['az'], folder)).toBe('az is not on PATH');
  const unsafe = folderWith('az', 0o777, 0o755);
  expect(await missing(['az'], `${folder}:${unsafe}`)).toBe(`other users can replace ${join(unsafe, 'az')}`);
});
