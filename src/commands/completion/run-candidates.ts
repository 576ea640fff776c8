import { grouped } from '../../present/grouped.ts';
import type { Runtime } from '../../process/runtime.ts';
import { LAST_RUN } from '../../runs/find-run.ts';
import type { EndEntry } from '../../runs/journal-entries.ts';
import { ageText, whatText } from '../../runs/run-text.ts';
import { type JournalEnds, listRuns } from '../../runs/runs-folder.ts';
import type { Candidate } from './candidate.ts';

/** Candidates for a run with their descriptions, newest first; none without a state folder. */
export async function runCandidates(runtime: Runtime): Promise<Candidate[]> {
  try {
    const runs = await listRuns(runtime);
    if (runs.length === 0) return [];
    const now = runtime.clock.now();
    const described = runs.map((run) => ({ value: run.run, description: describe(run, now) }));
    return [...described, { value: LAST_RUN, description: 'The newest run' }];
  } catch {
    return [];
  }
}

/** `apply of rows.csv: 290 written, 3 failed; 2 h ago`. */
function describe({ head, end }: JournalEnds, now: number): string {
  if (head === undefined) return '';
  const age = ageText(now - Date.parse(end?.at ?? head.started));
  return `${whatText(head)}: ${outcomeOf(end)}; ${age}`;
}

function outcomeOf(end: EndEntry | undefined): string {
  if (end === undefined) return 'not ended';
  const counts = STATUSES.filter((status) => end.counts[status] > 0).map(
    (status) => `${grouped(end.counts[status])} ${STATUS_TEXTS[status]}`,
  );
  const texts = counts.length === 0 ? ['nothing written'] : counts;
  return [...texts, ...(end.interrupted ? ['interrupted'] : [])].join(', ');
}

const STATUS_TEXTS = {
  written: 'written',
  mismatched: 'not stored as sent',
  failed: 'failed',
  skipped: 'skipped',
  unchanged: 'already up to date',
} as const;

const STATUSES = Object.keys(STATUS_TEXTS) as (keyof typeof STATUS_TEXTS)[];
