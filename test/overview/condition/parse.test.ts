import { describe, expect, test } from '@jest/globals';
import { type Condition, parseCondition, propertyOfWord } from '../../../src/overview/condition/parse.ts';

/** The condition with all parentheses. */
function withParentheses(condition: Condition): string {
  switch (condition.kind) {
    case 'not':
      return `not ${withParentheses(condition.part)}`;
    case 'comparison':
      return `${condition.property.flag} ${condition.operator}`;
    default:
      return `(${condition.parts.map(withParentheses).join(` ${condition.kind} `)})`;
  }
}

describe('the tree of a condition', () => {
  test.each([
    ['failed gt 1', 'failed gt'],
    ['failed == 1', 'failed eq'],
    ['failed != 1', 'failed ne'],
    ['failed > 1', 'failed gt'],
    ['failed >= 1', 'failed ge'],
    ['failed < 1', 'failed lt'],
    ['failed <= 1', 'failed le'],
    ['FAILED NE 1', 'failed ne'],
    ['failed gt 1 or error gt 1 and pending gt 1', '(failed gt or (error gt and pending gt))'],
    ['failed gt 1 and error gt 1 or pending gt 1', '((failed gt and error gt) or pending gt)'],
    ['failed gt 1 and error gt 1 and pending gt 1', '((failed gt and error gt) and pending gt)'],
    ['not failed gt 1 and error gt 1', '(not failed gt and error gt)'],
    ['NOT Not failed gt 1', 'not not failed gt'],
    ['((failed gt 1))', 'failed gt'],
    ['failed gt 1 and (error gt 1 or pending gt 1)', '(failed gt and (error gt or pending gt))'],
  ])('%s: %s', (text, tree) => {
    expect(withParentheses(parseCondition(text))).toBe(tree);
  });
});

describe('a property is found by', () => {
  test.each([
    'notApplicableCount',
    'NOTAPPLICABLECOUNT',
    'not-applicable',
    'Not-Applicable',
    '--not-applicable',
  ])('%s', (word) => {
    expect(propertyOfWord(word)?.name).toBe('notApplicableCount');
  });

  test.each([
    '',
    '--',
    'not',
    'not--applicable',
    'fai--led',
    '----failed',
    'notApplicable',
    'Not applicable',
  ])('but not by %j', (word) => {
    expect(propertyOfWord(word)).toBeUndefined();
  });
});

describe('an error has what is expected, and its position', () => {
  test.each([
    ['', 'expected a property, such as `failed`', 0, 1],
    ['not', 'expected a property, such as `failed`', 3, 1],
    ['(', 'expected a property, such as `failed`', 1, 1],
    ['faild gt 5', 'unknown property "faild"; did you mean `failed`?', 0, 5],
    ['failedCounts gt 5', 'unknown property "failedCounts"; did you mean `failedCount`?', 0, 12],
    // Only the first hundred characters are compared with the names.
    [
      `${'z'.repeat(89)}failedCount gt 5`,
      `unknown property "${'z'.repeat(89)}failedCount"; did you mean \`failedCount\`?`,
      0,
      100,
    ],
    [
      `${'z'.repeat(100)}failedCount gt 5`,
      `unknown property "${'z'.repeat(100)}failedCount"; did you mean \`overview-id\`?`,
      0,
      111,
    ],
    ['"failed" gt 5', 'unknown property "failed"; did you mean `failed`?', 0, 6],
    ['> 5', 'unknown property ">"; did you mean `id`?', 0, 1],
    ['failed', 'expected an operator: eq, ne, gt, ge, lt or le', 6, 1],
    ['failed is 5', 'expected an operator: eq, ne, gt, ge, lt or le', 7, 2],
    ['failed ( 5', 'expected an operator: eq, ne, gt, ge, lt or le', 7, 1],
    ['overview-id >= x', 'overview-id is a string: use eq or ne', 12, 2],
    ['failed gt 5 "and" error gt 5', 'expected `and` or `or`', 12, 3],
    ['failed gt 5 error', 'expected `and` or `or`', 12, 5],
    ['failed gt 5 (', 'expected `and` or `or`', 12, 1],
    ['failed gt 5)', 'this closing parenthesis has no opening one', 11, 1],
    ['(failed gt 5', 'this parenthesis is not closed', 0, 1],
    ['failed gt 5 and (error gt 5 and pending gt 5', 'this parenthesis is not closed', 16, 1],
    ['"not" failed gt 5', 'unknown property "not"; did you mean `id`?', 0, 3],
  ])('%j: %s', (text, message, at, length) => {
    expect(() => parseCondition(text)).toThrow(expect.objectContaining({ message, at, length }));
  });
});
