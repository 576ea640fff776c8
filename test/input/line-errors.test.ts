import { expect, test } from '@jest/globals';
import { LineErrors } from '../../src/input/line-errors.ts';
import { Failure, InputErrors, usage } from '../../src/outcome/errors.ts';

/** The errors of each step, as they are printed. */
function errorsOf(add: (errors: LineErrors) => void): readonly string[] | undefined {
  const errors = new LineErrors();
  add(errors);
  try {
    errors.throwIfAny();
    return undefined;
  } catch (error) {
    const { message, details } = error as Failure;
    return details.errors ?? [details.hint === undefined ? message : `${message} (${details.hint})`];
  }
}

test('an error of the header and the same error of a line are two errors', () => {
  expect(
    errorsOf((errors) => {
      errors.add(undefined, 'unknown column "x"');
      errors.add(2, 'unknown column "x"');
      errors.add(undefined, 'unknown column "x"');
    }),
  ).toEqual(['the header: unknown column "x"', 'line 2: unknown column "x"']);
});

test('errors with different hints are two errors', () => {
  expect(
    errorsOf((errors) => {
      errors.add(2, 'no', { hint: 'do this' });
      errors.add(3, 'no');
    }),
  ).toEqual(['line 2: no (do this)', 'line 3: no']);
});

test('the values of one error are counted once each', () => {
  expect(
    errorsOf((errors) => {
      for (const [line, value] of [
        [2, '"$&"'],
        [3, '"b"'],
        [4, '"b"'],
        [5, '"c"'],
      ] as const) {
        errors.add(line, `${value} is not allowed`, { value });
      }
    }),
  ).toEqual(['lines 2-5: "$&" (and 2 other values) is not allowed']);
});

test('a failure of a step is an error of its line, and the hint is used if it has none', async () => {
  const errors = new LineErrors();
  const fails = (hint?: string) => () => {
    throw usage('no', hint);
  };
  expect(errors.collect(2, () => 'result')).toBe('result');
  expect(errors.collect(2, fails(), 'another hint')).toBeUndefined();
  expect(errors.collect(3, fails('its hint'), 'another hint')).toBeUndefined();
  expect(await errors.collectAsync(4, async () => 'result')).toBe('result');
  expect(await errors.collectAsync(4, async () => fails('its hint')())).toBeUndefined();
  expect(() => errors.throwIfAny()).toThrow(
    '2 errors:\n- line 2: no (another hint)\n- lines 3-4: no (its hint)',
  );
});

test('a failure of several errors is added as these errors', () => {
  const several = new InputErrors();
  several.add('one');
  several.add('two', 'its hint');
  expect(errorsOf((errors) => errors.collect(2, () => several.throwIfAny()))).toEqual([
    'line 2: one',
    'line 2: two (its hint)',
  ]);
});

test.each([
  ['a defect', new TypeError('x is not a function')],
  ['a failure of another kind', new Failure('network', 'no answer')],
])('%s is not an error of the line', async (_, error) => {
  const errors = new LineErrors();
  const fails = () => {
    throw error;
  };
  expect(() => errors.collect(2, fails)).toThrow(error);
  await expect(errors.collectAsync(2, async () => fails())).rejects.toBe(error);
  expect(() => errors.throwIfAny()).not.toThrow();
});
