import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { isHere } from '../completion/terminal.ts';
import { BINARY, cleanEnvironment, runBinary } from '../support/binary.ts';
import { startAtTerminal } from './pseudo-terminal.ts';

const DIRECT = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const OPEN = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const CLOSE = '\u001b[?7h\u001b[?25h\u001b[?1049l';

let service: Emulator;

beforeAll(async () => {
  service = await startEmulator({ clock: { now: () => Date.now(), sleep: async () => undefined } });
});

afterAll(() => service.close());

function watchArgs(...more: string[]): string[] {
  return ['watch', DIRECT, '--endpoint', service.url, '--interval', '100ms', '--no-color', ...more];
}

/** The text on the screen and after it, and the exit code. */
function parts(shown: string): { readonly screen: string; readonly after: string; readonly code: number } {
  expect(shown.split(OPEN)).toHaveLength(2);
  expect(shown.split(CLOSE)).toHaveLength(2);
  const [, screen = '', after = ''] = shown.split(new RegExp(`${escaped(OPEN)}|${escaped(CLOSE)}`));
  // A restored terminal echoes keys, ends lines, and turns keys into signals.
  for (const setting of ['isig', 'icanon', 'echo', 'icrnl'])
    expect(after).toMatch(new RegExp(`\\s${setting}\\b`));
  return { screen, after, code: Number(/CODE (\d+)/.exec(after)?.[1]) };
}

function escaped(text: string): string {
  return text.replaceAll(/[[?]/g, '\\$&');
}

if (!isHere('script')) {
  test.skip('the screen is not tested: script (util-linux) is not installed', () => undefined);
} else {
  describe('the screen of watch is closed, and the last state is printed after it', () => {
    test.each([
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const)('after %s, with exit code %i', async (signal, code) => {
      const terminal = startAtTerminal(watchArgs());
      await terminal.shows('All devices');
      process.kill(await terminal.pid(), signal);
      const { after, code: ended } = parts(await terminal.end());
      expect(ended).toBe(code);
      expect(after).toContain('last check at ');
      expect(after).toContain('All devices');
      expect(after).not.toContain('error');
    });

    test.each([
      ['q', 'q', 0],
      ['Ctrl-C', '\u0003', 130],
    ])('after %s, and keys are not echoed', async (_, key, code) => {
      const terminal = startAtTerminal(watchArgs());
      await terminal.shows('q ends');
      terminal.type(`xyz${key}`);
      const { screen, after, code: ended } = parts(await terminal.end());
      expect(ended).toBe(code);
      expect(after).toContain('last check at ');
      expect(screen).not.toContain('xyz');
    });

    test('after q before the condition holds, with exit code 130', async () => {
      const terminal = startAtTerminal(watchArgs('--until', 'pending gt 2000000000'));
      await terminal.shows('q ends');
      terminal.type('q');
      const { after, code } = parts(await terminal.end());
      expect(code).toBe(130);
      expect(after).toContain('ended before `pending gt 2000000000` held');
    });

    test('when the condition holds', async () => {
      const terminal = startAtTerminal(watchArgs('--until', 'error eq 77'));
      await terminal.shows('holds for 0 of 1: error eq 77');
      await runBinary(['patch', DIRECT, '--error', '77', '--endpoint', service.url]);
      const { after, code } = parts(await terminal.end());
      expect(code).toBe(0);
      expect(after).toMatch(/! Error +77/);
    });

    test.each([
      ['SIGHUP', 129],
      ['SIGQUIT', 131],
    ] as const)('at once after %s', async (signal, code) => {
      const terminal = startAtTerminal(watchArgs());
      await terminal.shows('All devices');
      process.kill(await terminal.pid(), signal);
      expect(parts(await terminal.end()).code).toBe(code);
    });

    test('after an uncaught exception', async () => {
      const defect = 'process.once("SIGUSR2", () => { throw new Error("a defect") })';
      const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(defect)}` };
      const terminal = startAtTerminal(watchArgs(), { env });
      await terminal.shows('All devices');
      process.kill(await terminal.pid(), 'SIGUSR2');
      const { after, code } = parts(await terminal.end());
      expect(code).not.toBe(0);
      expect(after).toContain('Error: a defect');
    });

    test('at once after a second signal', async () => {
      const terminal = startAtTerminal(watchArgs());
      await terminal.shows('All devices');
      const pid = await terminal.pid();
      process.kill(pid, 'SIGTERM');
      process.kill(pid, 'SIGTERM');
      expect(parts(await terminal.end()).code).toBe(143);
    });
  });

  test('the screen of watch shows changes', async () => {
    const terminal = startAtTerminal(watchArgs());
    await terminal.shows('no change since the start');
    await runBinary(['patch', DIRECT, '--conflict', '102', '--endpoint', service.url]);
    await terminal.shows(/Conflict.*102.*\+100/);
    expect(await terminal.shows('changed just now: conflict')).toContain('█');
    terminal.type('q');
    expect(parts(await terminal.end()).code).toBe(0);
  });

  test('messages are printed after the screen of watch is closed', async () => {
    const terminal = startAtTerminal(watchArgs('--verbose'));
    await terminal.shows(/(▁){3}/);
    terminal.type('q');
    const { screen, after } = parts(await terminal.end());
    expect(screen).not.toContain('GET http');
    expect(after.match(/^GET http.* → 200/gm)?.length).toBeGreaterThanOrEqual(2);
  });

  test('watch opens no screen if nothing can be read', async () => {
    const terminal = startAtTerminal(['watch', 'id:nonsense', '--endpoint', service.url]);
    const shown = await terminal.end();
    expect(shown).not.toContain('\u001b[?1049h');
    expect(shown).toMatch(/error:.* not found: /);
    expect(shown).toContain('CODE 5');
  });
}

test('watch ends silently at the next change if its reader closes the pipe', async () => {
  const child = spawn(process.execPath, [BINARY, ...watchArgs()], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr } = child;
  const end = new Promise((resolve) => child.on('close', resolve));
  let text = '';
  stderr.setEncoding('utf8').on('data', (part) => (text += part));
  await new Promise((resolve) => stdout.once('data', resolve));
  stdout.destroy();
  await runBinary(['patch', DIRECT, '--success', '1', '--endpoint', service.url]);
  expect([await end, text]).toEqual([0, '']);
});

test('watch prints complete JSON if it is interrupted in a pipe', async () => {
  const child = spawn(process.execPath, [BINARY, ...watchArgs('-o', 'json')], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (part) => (printed += part));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(JSON.parse(printed)).toMatchObject([{ deviceConfigurationId: DIRECT, changed: [] }]);
});
