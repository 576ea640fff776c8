import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../../src/outcome/errors.ts';
import { type JournalState, stateOf } from '../../src/runs/journal-state.ts';
import { rowsOfRun } from '../../src/runs/run-record.ts';
import { parseLog } from '../../src/state/read-log.ts';
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

/** A journal as a run of five rows leaves it, one result after the other. */
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
  { type: 'end', at: '2026-01-02T03:04:05.000Z', interrupted: false },
];
/** As the program writes it: the head, the plan with the agreement, and what follows one by one. */
const JOURNAL = journalText([
  ENTRIES.slice(0, 1),
  ENTRIES.slice(1, ROWS + 2),
  ...ENTRIES.slice(ROWS + 2).map((one) => [one]),
]);

function read(text: string): Promise<JournalState | Failure> {
  return orFailure(['usage', 'refused'], () => stateOf(parseLog(Buffer.from(text)), 'r'));
}

describe('a journal', () => {
  test('cut at any byte knows every row that it says is written, and no other', async () => {
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

  test('of which one bit is flipped says nothing that was not written', async () => {
    const bytes = Buffer.from(JOURNAL);
    await look(
      'journals, with one bit flipped',
      600,
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { records, damage } = parseLog(flipped);
        expect(records).toEqual(ENTRIES.slice(0, records.length));
        // The last group is one line, and all before it are followed by another one.
        const last = bytes.length - (JOURNAL.trimEnd().split('\n').at(-1) ?? '').length - 1;
        expect(damage).toBe(bit >> 3 < last ? 'before' : 'last');
      }),
    );
  });

  test('damaged is one, or a usage error; a plan that was agreed to is whole', async () => {
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

  test('with lines of any JSON among its own is one, or a usage error', async () => {
    await look(
      'journals, with lines of any JSON',
      200,
      fc.asyncProperty(
        fc.array(fc.oneof(json, fc.constantFrom(...ENTRIES)), { maxLength: 12 }),
        async (lines) => {
          const state = await read(journalText([HEAD, ...lines].map((line) => [line])));
          if (!(state instanceof Failure)) expect(Array.isArray(rowsOfRun(state))).toBe(true);
        },
      ),
    );
  });
});
