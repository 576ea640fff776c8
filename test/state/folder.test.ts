import { describe, expect, test } from '@jest/globals';
import { stateFolder } from '../../src/state/folder.ts';

const LINUX = { platform: 'linux', home: '/home/ada' } as const;
const WINDOWS = { platform: 'win32', home: 'C:\\Users\\Ada' } as const;

describe('the state folder', () => {
  test.each([
    ['Linux', { ...LINUX, env: {} }, '/home/ada/.local/state/graph-overview'],
    ['Linux with XDG', { ...LINUX, env: { XDG_STATE_HOME: '/var/ada' } }, '/var/ada/graph-overview'],
    [
      'Linux with a relative XDG folder, which is invalid',
      { ...LINUX, env: { XDG_STATE_HOME: 'state' } },
      '/home/ada/.local/state/graph-overview',
    ],
    [
      'macOS',
      { platform: 'darwin', home: '/Users/ada', env: { XDG_STATE_HOME: '/ignored' } },
      '/Users/ada/Library/Application Support/graph-overview',
    ],
    ['Windows', { ...WINDOWS, env: { LOCALAPPDATA: 'D:\\Local' } }, 'D:\\Local\\graph-overview\\State'],
    [
      'Windows without LOCALAPPDATA',
      { ...WINDOWS, env: {} },
      'C:\\Users\\Ada\\AppData\\Local\\graph-overview\\State',
    ],
    ['any system with GRAPH_OVERVIEW_STATE', { ...WINDOWS, env: { GRAPH_OVERVIEW_STATE: 'D:\\s' } }, 'D:\\s'],
    [
      'an empty variable',
      { ...LINUX, env: { GRAPH_OVERVIEW_STATE: '' } },
      '/home/ada/.local/state/graph-overview',
    ],
    ['a user without a home on Linux', { platform: 'linux', home: undefined, env: {} }, undefined],
    ['a user without a home on Windows', { platform: 'win32', home: undefined, env: {} }, undefined],
    ['a user without a home on macOS', { platform: 'darwin', home: undefined, env: {} }, undefined],
  ] as const)('of %s', (_, runtime, folder) => {
    expect(stateFolder(runtime)).toBe(folder);
  });
});
