import { describe, expect, test } from '@jest/globals';
import type { GraphAnswer } from '../../src/graph/client.ts';
import { Failure } from '../../src/outcome/errors.ts';
import {
  namedOverviewRead,
  overviewOf,
  overviewRead,
  readOverview,
  readRequest,
  writeRequest,
} from '../../src/service/overviews.ts';
import { isObject } from '../../src/text/is-object.ts';
import { placeOf } from '../support/answers.ts';
import { startGraph } from '../support/fake-graph.ts';

const OVERVIEW = { pendingCount: 3 };
const answer = (json: unknown): GraphAnswer => ({
  status: 200,
  json,
  requestId: 'theirs',
  clientRequestId: 'request-1',
  attempts: 1,
});

function failureOf(action: () => unknown): Failure {
  try {
    action();
  } catch (error) {
    return error as Failure;
  }
  throw new Error('nothing was thrown');
}

describe('a JSON object', () => {
  test.each<[string, unknown, boolean]>([
    ['an object', {}, true],
    ['an array', [], false],
    ['null', null, false],
    ['undefined', undefined, false],
    ['a string', 'text', false],
  ])('is or is not %s', (_, value, is) => expect(isObject(value)).toBe(is));
});

describe('the request', () => {
  const place = placeOf('a/b', 'rootCertificate');
  const path = '/deviceManagement/deviceConfigurations/a%2Fb/rootCertificate/deviceStatusOverview';

  test('to read an overview', () => expect(readRequest(place)).toEqual({ method: 'GET', path }));

  test('to write an overview', () =>
    expect(writeRequest(place, { failedCount: 1, pendingCount: 2 })).toEqual({
      method: 'PATCH',
      path,
      body: {
        '@odata.type': '#microsoft.graph.deviceConfigurationDeviceOverview',
        pendingCount: 2,
        failedCount: 1,
      },
    }));
});

describe('the overview in an answer', () => {
  test.each<[string, unknown, unknown]>([
    ['is the body', OVERVIEW, OVERVIEW],
    ['is the object in `value`', { value: OVERVIEW }, OVERVIEW],
    ['is the only one in `value`', { value: [OVERVIEW] }, OVERVIEW],
    ['can have a member `value`', { ...OVERVIEW, value: {} }, { ...OVERVIEW, value: {} }],
    ['can be an empty object', {}, {}],
    ['is undefined without a body', undefined, undefined],
    ['is undefined for null', null, undefined],
  ])('%s', (_, json, overview) => expect(overviewOf(answer(json))).toEqual(overview));

  test.each<[string, unknown]>([
    ['a string', 'well'],
    ['a number', 3],
    ['a list', [OVERVIEW]],
    ['an empty list in `value`', { value: [] }],
    ['two in `value`', { value: [OVERVIEW, OVERVIEW] }],
    ['null in `value`', { value: null }],
    ['a list in the list', { value: [[OVERVIEW]] }],
  ])('is not %s', (_, json) => {
    const failure = failureOf(() => overviewOf(answer(json)));
    expect(failure).toBeInstanceOf(Failure);
    expect([failure.kind, failure.message]).toEqual([
      'graph',
      'the service answered 200 without an overview',
    ]);
    expect(failure.details).toEqual({
      status: 200,
      requestId: 'theirs',
      clientRequestId: 'request-1',
      hint: 'check that the endpoint is Microsoft Graph, and that `--via` fits the configuration',
    });
  });
});

describe('the overview and the name in an answer', () => {
  test.each<[string, unknown, unknown]>([
    [
      'are members of the configuration',
      { displayName: 'Wi-Fi', deviceStatusOverview: OVERVIEW },
      { overview: OVERVIEW, displayName: 'Wi-Fi' },
    ],
    [
      'have no name if that is not a string',
      { displayName: 3, deviceStatusOverview: OVERVIEW },
      { overview: OVERVIEW, displayName: undefined },
    ],
    ['are an overview without a name', OVERVIEW, { overview: OVERVIEW }],
    ['are not in a configuration without an overview', { displayName: 'Wi-Fi' }, undefined],
    [
      'are not in a configuration whose overview has no properties',
      { displayName: 'Wi-Fi', deviceStatusOverview: {} },
      undefined,
    ],
    ['are not in an answer without a body', undefined, undefined],
    ['are not in null', null, undefined],
    ['are not in a list', [OVERVIEW], undefined],
  ])('%s', (_, json, named) => expect(namedOverviewRead(answer(json))).toEqual(named));
});

describe('reading an overview', () => {
  test('accepts one with a property of overviews', () =>
    expect(overviewRead(answer({ value: OVERVIEW }))).toEqual(OVERVIEW));

  test.each<[string, unknown]>([
    ['no body', undefined],
    ['no property of overviews', { displayName: 'Wi-Fi' }],
  ])('rejects %s', (_, json) =>
    expect(() => overviewRead(answer(json))).toThrow('the service answered 200 without an overview'),
  );

  test('sends one request', async () => {
    const opened = await startGraph(() => ({ body: OVERVIEW }));
    expect(await readOverview(opened.graph, placeOf('a'))).toEqual(OVERVIEW);
    expect(opened.lines).toEqual(['GET /deviceManagement/deviceConfigurations/a/deviceStatusOverview']);
  });
});
