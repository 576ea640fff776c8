import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../../src/outcome/errors.ts';
import { evaluate, readCondition } from '../../src/overview/condition/index.ts';
import { processorTime } from '../support/processor-time.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');
const OVERVIEW = {
  id: 'key',
  pendingCount: 10,
  notApplicableCount: 0,
  notApplicablePlatformCount: 0,
  successCount: 85,
  errorCount: 0,
  failedCount: 5,
  conflictCount: 0,
  lastUpdateDateTime: '2026-06-10T12:00:00.0000001Z',
  configurationVersion: 3,
};

const holds = (text: string, overview: Record<string, unknown> = OVERVIEW): boolean =>
  evaluate(readCondition(text, '--where'), overview, NOW).holds;

function errorOf(text: string): string {
  try {
    readCondition(text, '--where');
  } catch (error) {
    if (error instanceof Failure && error.kind === 'usage') return error.message;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('a condition holds', () => {
  test.each([
    ['failed gt 0', true],
    ['failed gt 5', false],
    ['failed ge 5', true],
    ['failed lt 6', true],
    ['failed le 4', false],
    ['failed eq 5', true],
    ['failed ne 5', false],
    ['failedCount == 5', true],
    ['FAILEDCOUNT GE 5', true],
    ['failed>4', true],
    ['failed<=4', false],
    ['failed!=5', false],
    ['failed=5', undefined],
    ['not-applicable-platform eq 0', true],
    ['configuration-version eq 3', true],
    ['overview-id eq key', true],
    ['id ne "key"', false],
    ['not failed gt 5', true],
    ['not not failed gt 4', true],
    ['failed gt 5 or pending eq 10', true],
    ['failed gt 5 and pending eq 10', false],
    // `and` has a higher precedence than `or`, and `not` the highest.
    ['pending eq 10 or pending eq 10 and failed gt 5', true],
    ['(pending eq 10 or pending eq 10) and failed gt 5', false],
    ['not failed gt 0 or pending eq 10', true],
    ['not (failed gt 0 or pending eq 10)', false],
  ])('%s is %s', (text, expected) => {
    if (expected === undefined) expect(errorOf(text)).toContain('unexpected =');
    else expect(holds(text)).toBe(expected);
  });

  test.each([
    ['failed eq 5%', true],
    ['failed gt 4.999999%', true],
    ['failed gt 5%', false],
    ['success ge 85.0%', true],
    ['pending lt 10.1%', true],
    ['pending gt 100%', false],
  ])('with percentages of all devices, exactly: %s is %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  test.each([
    ['last-update lt 2026-06-11', true],
    ['last-update lt 2026-06-10', false],
    ['last-update eq 2026-06-10T15:00:00.0000001+03:00', true],
    ['last-update gt 2026-06-10T12:00:00Z', true],
    ['last-update lt -5d', false],
    ['last-update gt -5d', true],
    ['last-update lt -4d', true],
    ['last-update lt -119h', true],
    ['last-update lt now', true],
    ['lastUpdateDateTime gt -1w', true],
  ])('with dates and ages: %s is %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });
});

describe('a condition that cannot be evaluated does not hold, with a reason', () => {
  const empty = { ...OVERVIEW, pendingCount: 0, successCount: 0, failedCount: 0 };

  test.each(['failed gt 5%', 'failed le 5%', 'not failed gt 5%', 'failed le 5% and pending eq 0'])(
    'a percentage of no devices: %s',
    (text) => {
      const { holds: held, reasons } = evaluate(readCondition(text, '--where'), empty, NOW);
      expect(held).toBe(false);
      expect(reasons).toEqual([
        expect.stringMatching(/there are no devices, so `failed (gt|le) 5%` does not hold/),
      ]);
    },
  );

  test('unless the other part is decisive', () => {
    expect(evaluate(readCondition('failed gt 5% or pending eq 0', 'x'), empty, NOW)).toEqual({
      holds: true,
      reasons: [],
    });
    expect(evaluate(readCondition('failed gt 5% and pending gt 0', 'x'), empty, NOW)).toEqual({
      holds: false,
      reasons: [],
    });
  });

  test('a property that the service did not return', () => {
    const { conflictCount: _, ...rest } = OVERVIEW;
    expect(evaluate(readCondition('conflict eq 0', 'x'), rest, NOW)).toEqual({
      holds: false,
      reasons: ['the service did not return conflictCount'],
    });
  });

  test('an invalid date', () => {
    expect(holds('last-update lt now', { ...OVERVIEW, lastUpdateDateTime: 'soon' })).toBe(false);
  });
});

describe('an error is marked with a caret', () => {
  test.each([
    ['', 'expected a property', '^'],
    ['failed', 'expected an operator', '      ^'],
    ['failed gt', 'expected a value after gt', '         ^'],
    ['failed gt x', 'failed cannot be compared with "x"', '          ^'],
    ['failed gt -1', 'failed cannot be compared with "-1"', '          ^^'],
    ['failed gt 1e3', 'failed cannot be compared with "1e3"', '          ^^^'],
    ['faild gt 5', 'did you mean `failed`', '^^^^^'],
    ['failed gt 5 pending', 'expected `and` or `or`', '            ^^^^^^^'],
    ['failed gt 5 and', 'expected a property', '               ^'],
    ['(failed gt 5', 'this parenthesis is not closed', '^'],
    ['failed gt 5)', 'this closing parenthesis has no opening one', '           ^'],
    ['configuration-version gt 5%', 'a whole number', '                         ^^'],
    ['last-update lt 7d', 'an age such as -7d', '               ^^'],
    ['last-update lt 2026-02-30', 'a date such as', '               ^^^^^^^^^^'],
    ['overview-id gt x', 'use eq or ne', '            ^^'],
    ['overview-id eq "x', 'not closed', '               ^'],
    ['failed\tgt\nx', 'cannot be compared with', '          ^'],
  ])('%j', (text, why, caret) => {
    const [message, shown, pointer] = errorOf(text).split('\n');
    expect(message).toContain(why);
    expect(shown).toBe(`  ${text.replaceAll(/\s/g, ' ')}`);
    expect(pointer).toBe(`  ${caret}`);
  });
});

test('any text is a condition or an error with a position in it', () => {
  const word = fc.constantFrom(
    'failed',
    'gt',
    '5',
    '5%',
    'and',
    'or',
    'not',
    '(',
    ')',
    '"',
    'last-update',
    '-7d',
    ' ',
    '<',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((words) => words.join(' ')),
      ),
      (text) => {
        try {
          evaluate(readCondition(text, 'x'), OVERVIEW, NOW);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          const [, shown = '', pointer = ''] = (error as Failure).message.split('\n');
          expect(pointer.trimEnd().indexOf('^')).toBeLessThanOrEqual(shown.length);
        }
      },
    ),
  );
});

test.each([
  ['spaces', ' '.repeat(1_000_000)],
  ['a word', 'x'.repeat(1_000_000)],
  ['quotes', '"'.repeat(1_000_000)],
  ['brackets', '('.repeat(1_000_000)],
  ['nots', 'not '.repeat(250_000)],
  ['digits', `failed gt ${'1'.repeat(1_000_000)}`],
])('a condition of a million characters is rejected quickly: %s', (_, text) => {
  const started = processorTime();
  expect(errorOf(text)).toContain('--where');
  expect(processorTime() - started).toBeLessThan(5_000);
});
