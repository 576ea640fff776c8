import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { newTally, runSequence } from './sequence.ts';

/** `npm run model` runs thousands; the same seed gives the same sequences. */
const SEQUENCES = 100;
const SEED = 20_260_102;

test(`in ${SEQUENCES} random sequences no value of another client is lost, and every row is reported`, async () => {
  // In memory if there is such a folder: each sequence waits for the disk about fifty times.
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'graph-overview-model-'));
  const tally = newTally();
  try {
    for (let index = 0; index < SEQUENCES; index += 1)
      await runSequence(SEED + index, join(root, String(index)), tally);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  expect(tally.kills).toBeGreaterThan(50);
}, 60_000);
