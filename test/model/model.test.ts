import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { newTally, runSequence } from './sequence.ts';

/** `npm run model` runs thousands; the same seed makes the same sequences. */
const SEQUENCES = 100;
const SEED = 20_260_102;

test(`in ${SEQUENCES} random sequences nothing that another wrote is lost, and every row is accounted for`, async () => {
  // In memory where there is such a folder: each sequence waits for the disk some fifty times.
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
