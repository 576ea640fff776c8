import { Failure, usage } from '../outcome/errors.ts';
import type { Runtime } from '../process/runtime.ts';
import { readJournal } from './journal.ts';
import { type JournalEnds, listRuns } from './runs-folder.ts';

/** The name that selects the last run. */
export const LAST_RUN = 'last';

/** Which run `last` is: the newest, the newest that wrote something, or the newest that is not done. */
export type Last = 'newest' | 'written' | 'open';

const NONE: Readonly<Record<Last, readonly [message: string, hint: string]>> = {
  newest: ['there is no run yet', '`apply` and `patch --diff` create runs'],
  written: ['no run has written anything yet', '`graph-overview runs` lists all runs'],
  open: ['all runs are done: nothing to resume', '`graph-overview runs` lists all runs'],
};

/** Maximum number of candidates in a message. */
const MAX_LISTED = 10;

/**
 * Finds a run by its name, by a unique beginning of its name, or by `last`.
 * @throws a `usage` Failure if no run or several runs match
 */
export async function findRun(
  runtime: Pick<Runtime, 'env' | 'platform' | 'home'>,
  named: string,
  last: Last = 'newest',
): Promise<string> {
  const runs = await listRuns(runtime);
  if (named === LAST_RUN) return lastRun(runtime, runs, last);
  const found = runs.filter(({ run }) => named !== '' && run.startsWith(named));
  const exact = found.find(({ run }) => run === named);
  const [only, ...more] = found;
  if (exact !== undefined || (only !== undefined && more.length === 0)) return (exact ?? only)?.run as string;
  if (only === undefined)
    throw usage(`there is no run ${JSON.stringify(named)}`, '`graph-overview runs` lists them');
  const names = found.slice(0, MAX_LISTED).map(({ run }) => `- ${run}`);
  const rest = found.length > MAX_LISTED ? [`and ${found.length - MAX_LISTED} more`] : [];
  throw new Failure(
    'usage',
    `${found.length} runs begin with ${JSON.stringify(named)}:\n${[...names, ...rest].join('\n')}`,
    { hint: 'give more characters of the name', listed: true },
  );
}

async function lastRun(
  runtime: Pick<Runtime, 'env' | 'platform' | 'home'>,
  runs: readonly JournalEnds[],
  last: Last,
): Promise<string> {
  const unread = runs.find(({ unreadable }) => unreadable !== undefined);
  if (unread !== undefined)
    throw usage(
      `the journal of the run ${unread.run} cannot be read (${unread.unreadable}), so the last run is unknown`,
      'give the name of the run',
    );
  for (const ends of runs) if (last === 'newest' || (await matches(last, ends, runtime))) return ends.run;
  throw usage(...NONE[last]);
}

async function matches(
  last: Exclude<Last, 'newest'>,
  { run, head, end }: JournalEnds,
  runtime: Pick<Runtime, 'env' | 'platform' | 'home'>,
): Promise<boolean> {
  if (head !== undefined && end !== undefined) {
    const { counts, inDoubt, interrupted } = end;
    return last === 'open' ? interrupted : counts.written + counts.mismatched + inDoubt > 0;
  }
  try {
    const { done, doubtful, results } = await readJournal(runtime, run);
    if (last === 'open') return !done;
    const wrote = [...results.values()].some(({ status }) => status === 'written' || status === 'mismatched');
    return wrote || doubtful.size > 0;
  } catch (error) {
    // A file that is not a journal does not hide the others; a damaged journal is reported when it is requested.
    if (head === undefined && error instanceof Failure && error.kind === 'usage') return false;
    return true;
  }
}
