import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { readJournal, reopenJournal } from '../../src/runs/journal.ts';
import { listRuns, runsFolder } from '../../src/runs/runs-folder.ts';
import { singleRun } from '../../src/runs/single.ts';
import type { Place } from '../../src/service/overviews.ts';
import { parseLog } from '../../src/state/read-log.ts';
import { type StoredOverviews, startStoredOverviews } from '../support/stored-overviews.ts';
import { countsOf, TARGET } from './rows.ts';

const PLACE: Place = {
  configurationId: 'a',
  route: { via: 'direct', segments: [], certificateId: undefined, uncast: false },
};
const RUN = '20260102-030405-00000000';
const PLANNED = {
  line: 1,
  deviceConfigurationId: 'a',
  displayName: null,
  via: 'direct',
  certificateId: null,
  status: 'planned',
  before: { pendingCount: 3 },
  sent: { pendingCount: 4 },
  after: null,
  error: null,
};

let service: StoredOverviews;
beforeEach(async () => {
  service = await startStoredOverviews({});
});

function entries(): readonly unknown[] {
  return parseLog(readFileSync(join(runsFolder(service.runtime), `${RUN}.jsonl`))).records;
}

test('the intent of a patch is in the journal before its result', async () => {
  const single = singleRun(PLACE, { pendingCount: 4 }, TARGET, service.runtime);
  expect(single.run).toBe(RUN);
  expect(await listRuns(service.runtime)).toEqual([]);
  await single.intend({ pendingCount: 3, '@odata.context': 'somewhere' }, null);
  const intended = [
    {
      type: 'run',
      format: 2,
      run: RUN,
      started: '2026-01-02T03:04:05.000Z',
      command: 'patch',
      source: 'a',
      undoes: null,
      target: TARGET,
      sequence: 1,
      settings: { rate: null, shard: null, read: true, verify: true, lenient: false },
    },
    { type: 'plan', index: 0, record: PLANNED },
    { type: 'agreed', rows: 1 },
    { type: 'intent', indexes: [0], again: [] },
  ];
  expect(entries()).toEqual(intended);
  await single.result({
    status: 'mismatched',
    before: undefined,
    after: { pendingCount: 9, '@odata.context': 'somewhere' },
    mismatches: [],
    attempts: 1,
    requestId: 'r1',
  });
  await single.close();
  expect(entries()).toEqual([
    ...intended,
    {
      type: 'result',
      index: 0,
      status: 'mismatched',
      after: { pendingCount: 9 },
      error: null,
      requestId: 'r1',
    },
    {
      type: 'end',
      at: '2026-01-02T03:04:05.000Z',
      interrupted: false,
      inDoubt: 0,
      counts: countsOf({ planned: 1, mismatched: 1 }),
    },
  ]);
  expect(await readJournal(service.runtime, RUN)).toMatchObject({ done: true, doubtful: new Set() });
});

test('values that were not read before, and a missing request id, are null', async () => {
  const single = singleRun(PLACE, { pendingCount: 4 }, TARGET, service.runtime);
  await single.intend(undefined, null);
  await single.result({ status: 'written', before: undefined, after: {}, mismatches: [], attempts: 1 });
  await single.close();
  expect(entries()[1]).toEqual({ type: 'plan', index: 0, record: { ...PLANNED, before: null } });
  expect(entries()[4]).toMatchObject({ type: 'result', requestId: null });
});

test('another process can continue the journal only after it is closed', async () => {
  const single = singleRun(PLACE, { pendingCount: 4 }, TARGET, service.runtime);
  await single.intend(undefined, null);
  await expect(reopenJournal(service.runtime, RUN)).rejects.toMatchObject({ kind: 'refused' });
  await single.close();
  const { journal } = await reopenJournal(service.runtime, RUN);
  await journal.close();
});

test('a patch that sends nothing has no journal', async () => {
  const single = singleRun(PLACE, { pendingCount: 4 }, TARGET, service.runtime);
  await single.result({ status: 'unchanged', before: undefined, after: {}, mismatches: [], attempts: 0 });
  await single.close();
  expect(await listRuns(service.runtime)).toEqual([]);
});
