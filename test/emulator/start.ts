import { afterEach } from '@jest/globals';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/index.ts';

const started: Emulator[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((emulator) => emulator.close()));
});

/** Starts a mock Graph that is closed after the test. By default its clock does not advance. */
export async function start(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), sleep: async () => undefined };
  const emulator = await startEmulator({ clock, ...options });
  started.push(emulator);
  return emulator;
}
