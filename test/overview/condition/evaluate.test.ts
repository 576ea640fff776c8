import { describe, expect, test } from '@jest/globals';
import { evaluate } from '../../../src/overview/condition/evaluate.ts';
import { parseCondition } from '../../../src/overview/condition/parse.ts';
import type { Overview } from '../../../src/overview/difference.ts';
import { ZEROS } from '../../support/zeros.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');

const evaluated = (text: string, overview: Overview) => evaluate(parseCondition(text), overview, NOW);

describe('a value below, at and above the bound', () => {
  test.each([
    ['eq', [false, true, false]],
    ['==', [false, true, false]],
    ['ne', [true, false, true]],
    ['!=', [true, false, true]],
    ['gt', [false, false, true]],
    ['>', [false, false, true]],
    ['ge', [false, true, true]],
    ['>=', [false, true, true]],
    ['lt', [true, false, false]],
    ['<', [true, false, false]],
    ['le', [true, true, false]],
    ['<=', [true, true, false]],
  ])('%s: %j', (operator, results) => {
    const counts = [4, 5, 6];
    expect(counts.map((failedCount) => evaluated(`failed ${operator} 5`, { failedCount }))).toEqual(
      results.map((holds) => ({ holds, reasons: [] })),
    );
    const overviews = counts.map((failedCount) => ({
      ...ZEROS,
      failedCount,
      successCount: 100 - failedCount,
    }));
    expect(overviews.map((overview) => evaluated(`failed ${operator} 5%`, overview).holds)).toEqual(results);
    const dates = ['59.9999999Z', '00Z', '00.0000001Z'].map((rest, index) => ({
      lastUpdateDateTime: `2026-06-08T${index === 0 ? '11:59' : '12:00'}:${rest}`,
    }));
    expect(dates.map((overview) => evaluated(`last-update ${operator} -7d`, overview).holds)).toEqual(
      results,
    );
  });
});

describe('a string', () => {
  test.each([
    ['id eq key', true],
    ['id eq KEY', false],
    ['id ne key', false],
    ['id ne KEY', true],
  ])('%s: %s', (text, holds) => {
    expect(evaluated(text, { id: 'key' })).toEqual({ holds, reasons: [] });
  });
});

describe('the combination of true, false and invalid parts', () => {
  const overview = { failedCount: 1 };
  const CONDITIONS = { true: 'failed eq 1', false: 'failed eq 0', invalid: 'error eq 0' };
  const REASONS = ['the service did not return errorCount'];

  test.each([
    ['true', 'and', 'true', true, []],
    ['true', 'and', 'false', false, []],
    ['false', 'and', 'true', false, []],
    ['true', 'and', 'invalid', false, REASONS],
    ['invalid', 'and', 'true', false, REASONS],
    ['false', 'and', 'invalid', false, []],
    ['invalid', 'and', 'false', false, []],
    ['invalid', 'and', 'invalid', false, REASONS],
    ['false', 'or', 'false', false, []],
    ['false', 'or', 'true', true, []],
    ['true', 'or', 'false', true, []],
    ['true', 'or', 'invalid', true, []],
    ['invalid', 'or', 'true', true, []],
    ['false', 'or', 'invalid', false, REASONS],
    ['invalid', 'or', 'false', false, REASONS],
    ['invalid', 'or', 'invalid', false, REASONS],
  ] as const)('%s %s %s: %s %j', (one, word, other, holds, reasons) => {
    expect(evaluated(`${CONDITIONS[one]} ${word} ${CONDITIONS[other]}`, overview)).toEqual({
      holds,
      reasons,
    });
    const negated = evaluated(`not (${CONDITIONS[one]} ${word} ${CONDITIONS[other]})`, overview);
    expect(negated).toEqual({ holds: reasons.length === 0 && !holds, reasons });
  });
});

describe('the reasons why a condition cannot be evaluated', () => {
  test.each<readonly [string, Overview, string]>([
    ['failed eq 5', {}, 'the service did not return failedCount'],
    ['failed eq 5', { failedCount: null }, 'the service did not return failedCount'],
    ['failed eq 5', { failedCount: '5' }, 'the service returned "5" as failedCount'],
    ['failed eq 0', { failedCount: [] }, 'the service returned [] as failedCount'],
    [
      'last-update eq 2026-06-08',
      { lastUpdateDateTime: 'soon' },
      'the service returned "soon" as lastUpdateDateTime',
    ],
    ['last-update lt now', { lastUpdateDateTime: 5 }, 'the service returned 5 as lastUpdateDateTime'],
    [
      'last-update lt now',
      { lastUpdateDateTime: ['2026-06-08T12:00:00Z'] },
      'the service returned ["2026-06-08T12:00:00Z"] as lastUpdateDateTime',
    ],
    ['failed gt 5%', ZEROS, 'there are no devices, so `failed gt 5%` does not hold'],
    ['failedCount <= 0.50%', ZEROS, 'there are no devices, so `failed le 0.50%` does not hold'],
    ['failed gt 5%', { failedCount: 1.5, errorCount: 1 }, 'the service returned 1.5 as failedCount'],
    ['failed gt 5%', { failedCount: 1.5, errorCount: 1.5 }, 'the service returned 1.5 as failedCount'],
    ['failed gt 5%', { failedCount: '1', errorCount: 1 }, 'the service returned "1" as failedCount'],
    [
      'failed gt 5%',
      { ...ZEROS, failedCount: 9, errorCount: null },
      'not all devices are known (errorCount is null), so `failed gt 5%` does not hold',
    ],
    [
      'failed gt 5%',
      { ...ZEROS, failedCount: 9, conflictCount: 0 },
      'not all devices are known (notApplicablePlatformCount is missing), so `failed gt 5%` does not hold',
    ],
  ])('%s of %j: %s', (text, overview, reason) => {
    expect(evaluated(text, overview)).toEqual({ holds: false, reasons: [reason] });
  });

  test('are listed once, in the order of the condition', () => {
    expect(evaluated('failed eq 5 or error gt 0 or failed eq 6', {})).toEqual({
      holds: false,
      reasons: ['the service did not return failedCount', 'the service did not return errorCount'],
    });
  });
});
