import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runtime } from '../../process/runtime.ts';
import { listRuns, NEWEST_RUN, type RunHead, runsFolder } from '../../runs/journal.ts';
import type { Candidate } from './candidate.ts';

/** Runs that are described; the older ones are named alone, so that completion stays fast. */
const DESCRIBED = 50;

/** A journal's first record is shorter, in bytes. */
const HEAD_LENGTH = 2_048;

/** The past runs, newest first; none where there is no state folder. */
export async function runCandidates(runtime: Runtime): Promise<Candidate[]> {
  try {
    const folder = runsFolder(runtime);
    const names = await listRuns(runtime);
    if (names.length === 0) return [];
    const described = await Promise.all(
      names.map(async (value, index) => ({
        value,
        description: index < DESCRIBED ? await describe(join(folder, `${value}.jsonl`)) : '',
      })),
    );
    return [...described, { value: NEWEST_RUN, description: 'the newest run' }];
  } catch {
    return [];
  }
}

/** From the first record alone: a journal may be large. */
async function describe(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_LENGTH), 0, HEAD_LENGTH, 0);
      const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n');
      const { command, started, target } = JSON.parse(line) as RunHead;
      return `${command}, ${started.slice(0, 16).replace('T', ' ')} UTC, ${target.graph}`;
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
