import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../../src/outcome/errors.ts';
import { type RunHead, resultEntry } from '../../src/runs/journal-entries.ts';
import { type JournalState, readEnd, stateOf } from '../../src/runs/journal-state.ts';
import { rowsOfRun } from '../../src/runs/run-record.ts';
import { firstRecord, foldLog, lastRecord, parseLog } from '../../src/state/read-log.ts';
import { journalText } from '../support/journal-text.ts';
import { damaged, json, twisted } from './arbitraries.ts';
import { look, orFailure } from './look.ts';

const HEAD = {
  type: 'run',
  format: 2,
  run: 'r',
  started: '2026-01-02T03:04:05.000Z',
  command: 'apply',
  undoes: null,
  target: { graph: 'g', tenant: null, apiVersion: 'beta' },
};
const ROWS = 5;

const END = {
  type: 'end',
  at: '2026-01-02T03:04:05.000Z',
  interrupted: false,
  inDoubt: 0,
  counts: { planned: ROWS, unchanged: 0, written: ROWS, mismatched: 0, failed: 0, skipped: 0 },
};

/** The entries of the journal of a run with five rows, written one after another. */
const ENTRIES: readonly Record<string, unknown>[] = [
  HEAD,
  ...Array.from({ length: ROWS }, (_, index) => ({
    type: 'plan',
    index,
    record: {
      line: index + 2,
      deviceConfigurationId: `c-${index}`,
      via: 'direct',
      certificateId: null,
      status: 'planned',
      before: { pendingCount: 1 },
      sent: { pendingCount: 2 },
      after: null,
      error: null,
    },
  })),
  { type: 'agreed', rows: ROWS },
  ...Array.from({ length: ROWS }, (_, index) => [
    { type: 'intent', indexes: [index], again: [] },
    { type: 'result', index, status: 'written', after: { pendingCount: 2 }, error: null, requestId: null },
  ]).flat(),
  END,
];
/** The journal as the program writes it: the head, the plan with the confirmation, and the other entries one by one. */
const JOURNAL = journalText([
  ENTRIES.slice(0, 1),
  ENTRIES.slice(1, ROWS + 2),
  ...ENTRIES.slice(ROWS + 2).map((one) => [one]),
]);

function read(text: string): Promise<JournalState | Failure> {
  return orFailure(['usage', 'refused'], () => stateOf(parseLog(Buffer.from(text)), 'r'));
}

describe('a journal', () => {
  test('truncated at any byte has exactly the results of its complete lines', async () => {
    await look(
      'journals, truncated at any byte',
      300,
      fc.asyncProperty(fc.nat(JOURNAL.length), async (length) => {
        const state = await read(JOURNAL.slice(0, length));
        const whole = JOURNAL.slice(0, length).split('\n').slice(0, -1);
        if (state instanceof Failure) return expect(whole.length).toBeLessThan(1);
        expect(state.results.size).toBe(whole.filter((line) => line.includes('"result"')).length);
        expect(state.agreed).toBe(whole.some((line) => line.includes('"agreed"')));
        expect(state.plan.size).toBe(state.agreed ? ROWS : 0);
        for (const index of state.doubtful) expect(state.results.has(index)).toBe(false);
        expect(rowsOfRun(state)).toHaveLength(state.plan.size);
      }),
    );
  });

  test('with one flipped bit has only records that were written', async () => {
    const bytes = Buffer.from(JOURNAL);
    await look(
      'journals, with one bit flipped',
      600,
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { records, damage } = parseLog(flipped);
        expect(records).toEqual(ENTRIES.slice(0, records.length));
        // The last group is one line; every earlier group is followed by another one.
        const last = bytes.length - (JOURNAL.trimEnd().split('\n').at(-1) ?? '').length - 1;
        expect(damage).toBe(bit >> 3 < last ? 'before' : 'last');
      }),
    );
  });

  test('that is damaged is read as valid rows or is a usage error', async () => {
    const words = [
      '"plan"',
      '"result"',
      '"intent"',
      '"agreed"',
      'null',
      '[]',
      '{}',
      '"x"',
      '-1',
      '"index":0',
      '\n',
      '"sent":null',
      '".."',
    ];
    const any = fc.oneof(
      damaged(fc.constant(JOURNAL), words),
      twisted(ENTRIES).map((entries) => journalText((entries as unknown[]).map((entry) => [entry]))),
    );
    await look(
      'journals, damaged',
      400,
      fc.asyncProperty(any, async (text) => {
        const state = await read(text);
        if (state instanceof Failure) return;
        for (const record of rowsOfRun(state)) {
          expect(record.deviceConfigurationId).not.toMatch(/^\.{0,2}$/);
          expect(record.sent === null || typeof record.sent === 'object').toBe(true);
        }
      }),
    );
  });

  test('with added lines of any JSON is read or is a usage error', async () => {
    const group = fc.record({ type: fc.constant('note'), group: fc.constantFrom(0, -1, 1.5, 'x', null) });
    await look(
      'journals, with lines of any JSON',
      200,
      fc.asyncProperty(
        fc.array(fc.oneof(json, fc.constantFrom(...ENTRIES), group), { maxLength: 12 }),
        async (lines) => {
          // A wrong number of lines in a group is damage.
          const state = await read(journalText([[HEAD], lines, ...lines.map((line) => [line])]));
          if (!(state instanceof Failure)) expect(Array.isArray(rowsOfRun(state))).toBe(true);
        },
      ),
    );
  });

  test('with all kinds of entries, damaged, is read or is a usage error', async () => {
    const [, plan] = ENTRIES as { record?: object }[];
    const { record } = plan as { record: object };
    const failed = { kind: 'graph', message: 'm', code: 'c' };
    const all = [
      {
        ...HEAD,
        sequence: 3,
        source: 'f.csv',
        displayName: 'n',
        settings: { rate: '5/1s', shard: '1/2', read: false },
      },
      ...ENTRIES.slice(1, ROWS),
      {
        type: 'plan',
        index: ROWS - 1,
        record: {
          ...record,
          certificateId: 'x',
          sent: { pendingCount: 2, id: 'o', lastUpdateDateTime: '2026-01-01T00:00:00Z' },
          displayName: 'n',
          after: { id: 'o' },
          error: failed,
          again: true,
        },
      },
      { type: 'plan', index: ROWS, record: { ...record, status: 'unchanged', line: 9 } },
      { type: 'agreed', rows: ROWS },
      { type: 'doubt', indexes: [0, 1] },
      { type: 'read', index: 0, before: { pendingCount: 7 } },
      { type: 'read', index: 1, before: null },
      { type: 'intent', indexes: [0, 1, 2, 3, 4], again: [0] },
      {
        type: 'result',
        index: 0,
        status: 'failed',
        after: null,
        error: failed,
        requestId: null,
        before: null,
      },
      {
        type: 'result',
        index: 1,
        status: 'skipped',
        after: null,
        error: { kind: 'refused', message: 'm' },
        sent: null,
      },
      { type: 'result', index: 2, status: 'written', after: { id: 'o' }, error: null, again: true },
      { type: 'verified', indexes: [2] },
      { ...END, interrupted: true, inDoubt: 2 },
    ];
    const cut = fc.option(fc.integer({ min: 1, max: 40 }));
    await look(
      'journals of everything that may happen, damaged',
      300,
      fc.asyncProperty(fc.constantFrom(1, 1, 2), twisted(all), cut, async (together, entries, length) => {
        const groups = (entries as unknown[]).reduce<unknown[][]>((made, entry) => {
          const last = made.at(-1);
          if (last === undefined || last.length >= together) made.push([entry]);
          else last.push(entry);
          return made;
        }, []);
        const whole = journalText(groups);
        // A removed line break joins two lines, in a group or between two groups.
        const breaks = [...whole.matchAll(/\n/g)].map((found) => found.index);
        const lost = breaks[breaks.length - (length ?? 0)];
        const text =
          together === 2 && lost !== undefined ? `${whole.slice(0, lost)} ${whole.slice(lost + 1)}` : whole;
        const state = await read(length === null ? whole : together === 1 ? whole.slice(0, -length) : text);
        if (state instanceof Failure) return;
        for (const index of state.doubtful) expect(state.results.get(index)?.status).not.toBe('written');
        for (const row of rowsOfRun(state)) expect(row.deviceConfigurationId).not.toMatch(/^\.{0,2}$/);
      }),
    );
  });

  test('of graph-overview 0.1, or that is not a journal, is a usage error', async () => {
    const old = fc.oneof(
      twisted({ ...HEAD, format: 1 }).map((one) => `${JSON.stringify(one)}\n`),
      damaged(fc.constant(`${JSON.stringify({ ...HEAD, format: 1 })}\n{"type":"plan"}\n`), [
        '{',
        '['.repeat(80),
        '1',
      ]),
      json.map((one) => JSON.stringify(one) ?? ''),
    );
    await look(
      'journals of graph-overview 0.1, damaged',
      200,
      fc.asyncProperty(old, async (text) => expect(await read(text)).toBeInstanceOf(Failure)),
    );
  });

  test('is read the same in parts and as a whole, and so are its first and last record', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'graph-overview-fuzz-')), 'journal.jsonl');
    // Longer than one chunk of a read.
    const long = Array.from({ length: 8 }, (_, index) => ({
      type: 'note',
      index,
      text: `${index}`.repeat(90_000),
    }));
    const big = Buffer.from(
      journalText([[HEAD], long.slice(0, 3), ...long.slice(3).map((one) => [one]), [END]]),
    );
    const small = Buffer.from(JOURNAL);
    const harm = fc.record({
      of: fc.constantFrom('small', 'small', 'big'),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      how: fc.constantFrom('nothing', 'cut', 'flipped', 'zeros'),
    });
    await look(
      'journals, in parts',
      60,
      fc.asyncProperty(harm, fc.nat(400), async ({ of: which, at, how }, tail) => {
        const of = which === 'big' ? big : small;
        const place = Math.floor(at * (of.length - 1));
        const bytes = Buffer.from(how === 'cut' ? of.subarray(0, place) : of);
        if (how === 'flipped') bytes[place] = (bytes[place] as number) ^ 1;
        if (how === 'zeros') bytes.fill(0, place, Math.min(bytes.length, place + 40));
        writeFileSync(file, bytes, { mode: 0o600 });
        const records: unknown[] = [];
        const end = await foldLog(file, (record) => records.push(record));
        const whole = parseLog(bytes);
        expect({ records, ...end }).toEqual(whole);
        const first = firstRecord(bytes.subarray(0, 2_000));
        if (first !== undefined) expect(first).toMatchObject({ type: 'run' });
        const last = lastRecord(bytes.subarray(-tail - 1));
        if (last === undefined) return;
        if (whole.damage === undefined) expect(last).toMatchObject(whole.records.at(-1) as object);
        const ended = readEnd(last);
        if (ended !== undefined) expect(ended).toMatchObject(END);
      }),
    );
    const lines = JOURNAL.split('\n');
    const line = fc.oneof(
      fc.constantFrom(...lines),
      damaged(fc.constantFrom(...lines), ['"crc":', '}', '0']),
    );
    await look(
      'the last lines of a journal, damaged',
      100,
      fc.asyncProperty(fc.array(line, { maxLength: 3 }), async (all) => {
        const last = lastRecord(Buffer.from(all.map((one) => `${one}\n`).join('')));
        if (last !== undefined) expect(ENTRIES).toContainEqual(last);
      }),
    );
    await look(
      'the last record of a journal, twisted',
      100,
      fc.asyncProperty(twisted(END), async (end) => {
        const read = readEnd(end as Readonly<Record<string, unknown>> | undefined);
        if (read !== undefined)
          for (const one of Object.values(read.counts)) expect(Number.isSafeInteger(one)).toBe(true);
      }),
    );
  });

  test('with a written result is read with the same result', async () => {
    const outcome = fc.record({
      status: fc.constantFrom('written', 'failed', 'skipped', 'mismatched', 'unchanged'),
      before: fc.constantFrom(null, { pendingCount: 1 }),
      sent: fc.constantFrom(null, { pendingCount: 2 }),
      after: fc.constantFrom(null, { pendingCount: 2 }),
      error: fc.constantFrom(null, { kind: 'graph', message: 'm', code: null }),
    });
    const again = fc.constantFrom({}, { again: true }, { again: false });
    const [, plan] = ENTRIES as { record?: object }[];
    await look(
      'results of rows: written, they come back the same',
      200,
      fc.asyncProperty(outcome, again, fc.option(fc.constant('r')), async (one, more, requestId) => {
        const planned = {
          ...(plan?.record as object),
          before: { pendingCount: 1 },
          sent: { pendingCount: 2 },
        };
        const record = { ...planned, ...one, ...more } as Parameters<typeof resultEntry>[1];
        const entry = requestId === null ? resultEntry(0, record) : resultEntry(0, record, requestId);
        const text = journalText([[HEAD], [plan, { type: 'agreed', rows: 1 }], [entry]]);
        const state = (await read(text)) as JournalState;
        const { head } = state as { head: RunHead };
        expect(head.run).toBe('r');
        const { before, sent } = one;
        // Values of the plan are not repeated in the result; a row that was not sent keeps the previous values of the plan.
        expect(state.results.get(0)).toEqual({
          ...planned,
          ...one,
          ...more,
          before: before === null || sent === null ? before : planned.before,
          sent: sent === null ? null : planned.sent,
        });
      }),
    );
  });
});
