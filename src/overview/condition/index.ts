import { Failure } from '../../outcome/errors.ts';
import { type Condition, parseCondition } from './parse.ts';
import { ConditionError } from './tokens.ts';

export { evaluate } from './evaluate.ts';
export type { Condition } from './parse.ts';
export { OPERATORS, propertyOfWord } from './parse.ts';
export { propertiesOf } from './properties.ts';

/**
 * Reads a condition from the command line.
 * @param source the name of the source in messages, such as `--where`
 * @throws a `usage` Failure that marks the error with a caret
 */
export function readCondition(text: string, source: string): Condition {
  try {
    return parseCondition(text);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    // A tab or a line break would misplace the caret.
    const line = text.replaceAll(/\s/g, ' ');
    const caret = `${' '.repeat(error.at)}${'^'.repeat(error.length)}`;
    throw new Failure('usage', `${source}: ${error.message}\n  ${line}\n  ${caret}`, {
      hint: 'write a condition such as "failed gt 5% and last-update lt -7d"',
      listed: true,
    });
  }
}
