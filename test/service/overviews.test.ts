import { describe, expect, test } from '@jest/globals';
import type { GraphAnswer } from '../../src/graph/client.ts';
import { overviewOf, overviewRead } from '../../src/service/overviews.ts';

function answerOf(json: unknown): GraphAnswer {
  return { status: 200, json, requestId: 'r', clientRequestId: 'c', attempts: 1 };
}

const NONE = {
  kind: 'graph',
  message: 'the service answered 200 without an overview',
  details: {
    status: 200,
    requestId: 'r',
    clientRequestId: 'c',
    hint: 'check that the endpoint is Microsoft Graph, and that `--via` fits the configuration',
  },
};

describe('the overview in an answer', () => {
  test.each([
    ['as it is', { pendingCount: 1 }],
    ['wrapped in value', { value: { pendingCount: 1 } }],
    ['wrapped in a list of one', { value: [{ pendingCount: 1 }] }],
  ])('%s', (_, json) => {
    expect(overviewRead(answerOf(json))).toEqual({ pendingCount: 1 });
    expect(overviewOf(answerOf(json))).toEqual({ pendingCount: 1 });
  });

  test('is not looked for in the value of what is one already', () => {
    const json = { pendingCount: 1, value: { pendingCount: 2 } };
    expect(overviewRead(answerOf(json))).toEqual(json);
  });

  test.each([
    ['no body', undefined],
    ['null', null],
  ])('there may be none to a write: %s', (_, json) => {
    expect(overviewOf(answerOf(json))).toBeUndefined();
  });

  test('one without any of its properties answers a write, and no read', () => {
    expect(overviewOf(answerOf({ id: 'x' }))).toEqual({ id: 'x' });
    expect(overviewOf(answerOf({ value: { other: 1 } }))).toEqual({ other: 1 });
  });

  test.each([
    ['no body', undefined],
    ['null', null],
    ['no property', { other: 1 }],
    ['a number', 5],
    ['a list', [{ pendingCount: 1 }]],
    ['a list of two', { value: [{ pendingCount: 1 }, { pendingCount: 2 }] }],
    ['an empty list', { value: [] }],
    ['null as the value', { value: null }],
    ['a property that every object has', JSON.parse('{"value":"toString"}')],
  ])('%s is none to a read', (_, json) => {
    expect(() => overviewRead(answerOf(json))).toThrow(expect.objectContaining(NONE));
  });
});
