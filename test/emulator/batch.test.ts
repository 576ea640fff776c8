import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { type Answered, request } from './request.ts';

const OVERVIEW =
  '/deviceManagement/deviceConfigurations/5a3b1c00-0b1e-4d5a-9c3e-000000000001/deviceStatusOverview';
const JSON_TYPE = { 'Content-Type': 'application/json' };
const READ = { id: '1', method: 'GET', url: OVERVIEW };
const WRITE = { id: '2', method: 'PATCH', url: OVERVIEW, headers: JSON_TYPE, body: { pendingCount: 5 } };

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ clock: { now: () => 0, sleep: async () => undefined } });
});

afterAll(() => emulator.close());

const send = (requests: unknown): Promise<Answered> =>
  request(emulator, 'POST', '/beta/$batch', { requests });

describe('the envelope of a batch', () => {
  test.each<[string, unknown, string]>([
    ['no requests', {}, 'The batch has no requests.'],
    ['null', null, 'The batch has no requests.'],
    ['no items', [], 'The batch has no requests.'],
    ['a null item', [null], 'Request 1 of the batch is not a JSON object.'],
    ['a number', [READ, 5], 'Request 2 of the batch is not a JSON object.'],
    ['a list', [[READ]], 'Request 1 of the batch is not a JSON object.'],
    ['no id', [{ ...READ, id: undefined }], 'Request 1 of the batch has no id.'],
    ['an id that is a number', [{ ...READ, id: 1 }], 'Request 1 of the batch has no id.'],
    ['an id twice', [READ, READ], "The request id '1' is duplicate."],
    [
      'an id twice in another letter case',
      [
        { ...READ, id: 'a' },
        { ...READ, id: 'A' },
      ],
      "The request id 'A' is duplicate.",
    ],
    ['no method', [{ ...READ, method: null }], "Request '1' has no HTTP method."],
    ['an unknown method', [{ ...READ, method: 'LOOK' }], "Request '1' has no HTTP method."],
    ['no url', [{ ...READ, url: 7 }], "Request '1' has no url."],
    ['an empty url', [{ ...READ, url: '' }], "Request '1' has no url."],
    [
      'headers that are a list',
      [{ ...READ, headers: [] }],
      "The headers of request '1' are not a JSON object.",
    ],
    [
      'a header that is a number',
      [{ ...READ, headers: { a: 1 } }],
      "The header 'a' of request '1' is not a string.",
    ],
    [
      'dependsOn that is a string',
      [{ ...READ, dependsOn: 'x' }],
      "dependsOn of request '1' is not a list of strings.",
    ],
    [
      'dependsOn of numbers',
      [{ ...READ, dependsOn: [1] }],
      "dependsOn of request '1' is not a list of strings.",
    ],
    [
      'dependsOn itself',
      [{ ...READ, dependsOn: ['1'] }],
      "Request '1' depends on '1', which is not a request before it.",
    ],
    [
      'dependsOn a later one',
      [{ ...READ, dependsOn: ['2'] }, WRITE],
      "Request '1' depends on '2', which is not a request before it.",
    ],
    [
      'dependsOn an unknown one',
      [{ ...READ, dependsOn: ['9'] }],
      "Request '1' depends on '9', which is not a request before it.",
    ],
    [
      'a write without a body',
      [READ, { ...WRITE, body: undefined }],
      'Write request id : 2 does not contain Content-Type header or body.',
    ],
    [
      'a write with a null body',
      [{ ...WRITE, body: null }],
      'Write request id : 2 does not contain Content-Type header or body.',
    ],
    [
      'a write without a type',
      [{ ...WRITE, headers: {} }],
      'Write request id : 2 does not contain Content-Type header or body.',
    ],
    ['a read with a body', [{ ...READ, body: {} }], "Request '1' is a GET and must not have a body."],
    [
      '21 items',
      Array.from({ length: 21 }, (_, id) => ({ ...READ, id: String(id) })),
      'Number of batch request steps exceeds the maximum value of 20.',
    ],
  ])('with %s is rejected as a whole', async (_, requests, message) => {
    const { status, json } = await send(requests);
    expect([status, json.error.code, json.error.message]).toEqual([400, 'BadRequest', message]);
    expect((await request(emulator, 'GET', `/beta${OVERVIEW}`)).json.pendingCount).toBe(212);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a number', 7],
    ['a list', [READ]],
  ])('cannot be %s', async (_, body) => {
    expect((await request(emulator, 'POST', '/beta/$batch', JSON.stringify(body))).status).toBe(400);
  });

  test('must be JSON, and have its content type', async () => {
    expect((await request(emulator, 'POST', '/beta/$batch', '{')).status).toBe(400);
    const type = { 'content-type': 'text/plain' };
    expect((await request(emulator, 'POST', '/beta/$batch', { requests: [READ] }, type)).status).toBe(415);
  });
});

/** The answer to the only item of a batch. */
async function answerTo(item: object, version = 'beta') {
  const { status, json } = await request(emulator, 'POST', `/${version}/$batch`, { requests: [item] });
  expect([status, json.responses.length]).toEqual([200, 1]);
  return json.responses[0];
}

describe('an item of a batch', () => {
  test('has header names in the letter case of Graph', async () => {
    const { headers } = await answerTo(READ);
    expect(Object.keys(headers)).toEqual(['Cache-Control', 'OData-Version', 'Content-Type', 'request-id']);
    expect(headers['Content-Type']).toMatch(/^application\/json;odata\.metadata=minimal;/);
  });

  test('that answers 204 has a null body', async () => {
    const prefer = { ...JSON_TYPE, Prefer: 'return=minimal' };
    const answer = await answerTo({ ...WRITE, headers: prefer, body: { pendingCount: 212 } });
    expect(answer).toMatchObject({ status: 204, body: null });
    expect(answer.headers['Preference-Applied']).toBe('return=minimal');
  });

  test('can have null for optional members', async () => {
    expect((await answerTo({ ...READ, body: null, headers: null, dependsOn: null })).status).toBe(200);
  });

  test.each([
    ['without a slash', OVERVIEW.slice(1), 200, undefined],
    [
      'with keys in parentheses',
      "/deviceManagement/deviceConfigurations('5a3b1c00-0b1e-4d5a-9c3e-000000000001')",
      200,
      undefined,
    ],
    ['with a version', `/beta${OVERVIEW}`, 400, "Resource not found for the segment 'beta'."],
    [
      'with a host',
      `https://graph.microsoft.com/beta${OVERVIEW}`,
      400,
      "Resource not found for the segment 'https:'.",
    ],
    ['of a batch', '/$batch', 405, 'The method GET is not allowed here.'],
  ])('with a url %s is answered %i', async (_, url, status, message) => {
    const answer = await answerTo({ ...READ, url });
    expect([answer.status, answer.body.error?.message]).toEqual([status, message]);
  });

  test('with a text body is encoded in Base64', async () => {
    // Base64 of 39.
    const answer = await answerTo({ ...READ, url: '/deviceManagement/deviceConfigurations/$count' });
    expect(answer).toMatchObject({ status: 200, body: 'Mzk=', headers: { 'Content-Type': 'text/plain' } });
  });

  test('is answered in the version of its batch, in any letter case', async () => {
    const { body } = await answerTo(READ, 'V1.0');
    expect(body['@odata.context']).toContain('/v1.0/$metadata#');
    expect(body).not.toHaveProperty('conflictCount');
  });

  test('waits for its dependencies, with ids in any letter case', async () => {
    const { json } = await send([
      { ...WRITE, id: 'w', body: { pendingCount: 77 } },
      { ...READ, id: 'r', dependsOn: ['W'] },
      { ...WRITE, id: 'back', body: { pendingCount: 212 }, dependsOn: ['r'] },
    ]);
    const read = json.responses.find(({ id }: { id: string }) => id === 'r');
    expect(read.body.pendingCount).toBe(77);
  });
});
