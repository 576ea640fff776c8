import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../../src/outcome/errors.ts';
import { rowsOfRun } from '../../src/runs/account.ts';
import { type JournalState, stateOf } from '../../src/runs/journal.ts';
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
const JOURNAL = ENTRIES.map((entry) => `${JSON.stringify(entry)}\n`).join('');

function read(text: string): Promise<JournalState | Failure> {
  return orFailure(['usage'], () => stateOf(text, 'r'));
}

describe('a journal', () => {
  test('cut at any byte knows every row that it says is written, and no other', async () => {
    await look(
      'journals, cut at any byte',
      300,
      fc.asyncProperty(fc.nat(JOURNAL.length), fc.boolean(), async (length, goneOn) => {
        // Whoever resumes begins a new line after what a killed process left.
        const more = `\n${JSON.stringify({ type: 'end', interrupted: true })}\n`;
        const state = await read(JOURNAL.slice(0, length) + (goneOn ? more : ''));
        const whole = JOURNAL.slice(0, length).split('\n').slice(0, -1);
        if (state instanceof Failure) return expect(whole.length).toBeLessThan(2);
        const results = whole.filter((line) => line.includes('"result"')).length;
        // A record whose line break alone is missing counts as well.
        expect(state.results.size - results === 0 || state.results.size - results === 1).toBe(true);
        expect(state.agreed).toBe(state.plan.size === ROWS && state.agreed);
        for (const index of state.doubtful) expect(state.results.has(index)).toBe(false);
        expect(rowsOfRun(state)).toHaveLength(state.plan.size);
      }),
    );
  });

  test('damaged is one, or a usage fault; a plan that was agreed to is whole', async () => {
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
      twisted(ENTRIES).map((entries) =>
        (entries as unknown[]).map((entry) => JSON.stringify(entry)).join('\n'),
      ),
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

  test('with lines of any JSON among its own is one, or a usage fault', async () => {
    await look(
      'journals, with lines of any JSON',
      200,
      fc.asyncProperty(
        fc.array(fc.oneof(json, fc.constantFrom(...ENTRIES)), { maxLength: 12 }),
        async (lines) => {
          const state = await read([HEAD, ...lines].map((line) => JSON.stringify(line) ?? '').join('\n'));
          if (!(state instanceof Failure)) expect(Array.isArray(rowsOfRun(state))).toBe(true);
        },
      ),
    );
  });
});
