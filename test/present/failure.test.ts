import { describe, expect, test } from '@jest/globals';
import { Failure, InputErrors } from '../../src/outcome/errors.ts';
import { failureText } from '../../src/present/failure.ts';

const words = { json: false, color: false };
const json = { json: true, color: false };

describe('a failure as text', () => {
  test('has the message, the details for support, and the hint', () => {
    const failure = new Failure('not-found', 'no such configuration', {
      status: 404,
      code: 'ResourceNotFound',
      requestId: 'r-1',
      clientRequestId: 'c-1',
      hint: 'look with `list`',
    });
    expect(failureText(failure, words)).toBe(
      'error: no such configuration\n' +
        '  status: 404  code: ResourceNotFound  request-id: r-1  client-request-id: c-1\n' +
        'hint: look with `list`\n',
    );
    expect(failureText(failure, { json: false, color: true })).toMatch(
      /^\u001b\[1;31merror:\u001b\[0m no such/,
    );
  });

  test('lists several errors, each on its own line', () => {
    const errors = new InputErrors();
    errors.add('one');
    errors.add('two', 'try 2');
    expect(failureText(errors.failure(), words)).toBe('error: 2 errors:\n- one\n- two (try 2)\n');
  });

  test('has no line breaks and no control characters of the service', () => {
    const failure = new Failure('graph', 'no\nhint: run rm -rf\u001b[2J', {
      code: 'a\nerror: b',
      hint: 'h\u009bm',
    });
    const text = failureText(failure, words);
    expect(text.split('\n')).toHaveLength(4);
    expect(text).toContain('error: no hint: run rm -rf\\u{1b}[2J\n');
    expect(text).not.toMatch(/[\u001b\u009b]/);
  });
});

describe('a long line of a failure', () => {
  const failure = new Failure('usage', `line 2: "${'9'.repeat(100_000)}" is not a number`, {
    hint: 'h'.repeat(2_000),
  });
  const shortened = `line 2: "${'9'.repeat(991)} … (98526 characters omitted) … ${'9'.repeat(483)}" is not a number`;

  test('is shortened in its middle, as text', () => {
    expect(failureText(failure, words)).toBe(
      `error: line 2: "${'9'.repeat(984)} … (98533 characters omitted) … ${'9'.repeat(483)}" is not a number\nhint: ${'h'.repeat(994)} … (506 characters omitted) … ${'h'.repeat(500)}\n`,
    );
  });

  test('is shortened in its middle, as JSON', () => {
    const { message, hint } = JSON.parse(failureText(failure, json)).error;
    expect([message, hint]).toEqual([shortened, 'h'.repeat(2_000)]);
  });

  test('has no part of a secret where it is cut', () => {
    const secret = 'eyJhbGciOiJub25lIn0.e30.'.padEnd(900, 's');
    const quoted = new Failure('usage', `${'a'.repeat(600)}${secret}${'b'.repeat(3_000)}`);
    const blank = (text: string) => text.replaceAll(secret, '***');
    for (const format of [words, json])
      expect(failureText(quoted, { ...format, blank })).not.toMatch(/eyJ|sss/);
  });

  test('is one of several lines: the others are shown whole', () => {
    const errors = new InputErrors();
    errors.add('x'.repeat(3_000));
    for (let line = 0; line < 100; line++) errors.add('y'.repeat(1_900));
    const lines = failureText(errors.failure(), words).trimEnd().split('\n');
    expect(lines.map(({ length }) => length)).toEqual([18, 1_531, ...Array(100).fill(1_902)]);
  });
});

describe('a failure as JSON', () => {
  test('is one line with every member', () => {
    const text = failureText(new Failure('usage', 'a\nb\u009b'), json);
    expect(text).toBe(
      '{"error":{"kind":"usage","message":"a\\nb\\u009b","exitCode":2,"status":null,"code":null,' +
        '"requestId":null,"clientRequestId":null,"hint":null}}\n',
    );
  });

  test('lists several errors', () => {
    const errors = new InputErrors();
    errors.add('one');
    errors.add('two');
    expect(JSON.parse(failureText(errors.failure(), json)).error.errors).toEqual(['one', 'two']);
    expect(
      JSON.parse(failureText(new Failure('usage', 'x', { errors: ['x'] }), json)).error,
    ).not.toHaveProperty('errors');
  });

  test('has the exit code of a signal', () => {
    const failure = new Failure('interrupted', 'x', { exitCode: 143 });
    expect(JSON.parse(failureText(failure, json)).error.exitCode).toBe(143);
  });
});
