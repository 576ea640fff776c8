import type { Runtime } from '../../process/runtime.ts';
import { LAST_RUN } from '../../runs/find-run.ts';
import type { RunHead } from '../../runs/journal-entries.ts';
import { listRuns } from '../../runs/runs-folder.ts';
import type { Candidate } from './candidate.ts';

/** The past runs, newest first; none where there is no state folder. */
export async function runCandidates(runtime: Runtime): Promise<Candidate[]> {
  try {
    const runs = await listRuns(runtime);
    if (runs.length === 0) return [];
    const described = runs.map(({ run, head }) => ({
      value: run,
      description: head === undefined ? '' : describe(head),
    }));
    return [...described, { value: LAST_RUN, description: 'the newest run' }];
  } catch {
    return [];
  }
}

function describe({ command, started, target }: RunHead): string {
  return `${command}, ${started.slice(0, 16).replace('T', ' ')} UTC, ${target.graph}`;
}
