import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Client, PageIterator } from '@microsoft/microsoft-graph-client';
import type { Emulator } from '../../src/emulator/index.ts';
import { stateFolder } from '../support/run-main.ts';
import { request } from './request.ts';
import { start } from './start.ts';

const ID = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const LIST = '/beta/deviceManagement/deviceConfigurations';
const OVERVIEW = `${LIST}/${ID}/deviceStatusOverview`;

describe('lists', () => {
  test('have 50 configurations on a page, a link to the next page, and each configuration once', async () => {
    const emulator = await start({ configurations: 120 });
    const sizes: number[] = [];
    const ids = new Set<string>();
    for (let link: string | undefined = `${emulator.url}${LIST}?$select=id`; link !== undefined; ) {
      const { json } = await request(emulator, 'GET', link.slice(emulator.url.length));
      sizes.push(json.value.length);
      for (const one of json.value) ids.add(one.id);
      link = json['@odata.nextLink'];
    }
    expect(sizes).toEqual([50, 50, 20]);
    expect(ids.size).toBe(120);
  });

  test('support $top, $count and $expand', async () => {
    const emulator = await start({ configurations: 120 });
    const { json } = await request(
      emulator,
      'GET',
      `${LIST}?$top=3&$count=true&$expand=deviceStatusOverview`,
    );
    expect(json.value).toHaveLength(3);
    expect(json['@odata.count']).toBe(120);
    expect(json.value[0].deviceStatusOverview).toMatchObject({ pendingCount: 212 });
    expect(json['@odata.nextLink']).toContain('$expand=deviceStatusOverview');
  });

  test('are the same for every start of a generated tenant, which has the samples', async () => {
    const [one, two] = [await start({ configurations: 200 }), await start({ configurations: 200 })];
    const path = `${LIST}?$top=200&$expand=deviceStatusOverview`;
    const plain = async (emulator: Emulator) =>
      (await request(emulator, 'GET', path, undefined, { accept: 'application/json;odata.metadata=none' }))
        .text;
    expect(await plain(one)).toBe(await plain(two));
    expect(one.samples['wifi-eap']).toBeDefined();
  });

  test.each([
    ['$filter=x', 400],
    ['$top=0', 400],
    ['$top=x', 400],
    ['$select=nonsense', 400],
    ['unknown=1', 400],
    ['%24top=1', 200],
  ])('with %s are answered %i', async (query, status) => {
    expect((await request(await start(), 'GET', `${LIST}?${query}`)).status).toBe(status);
  });

  test('reject $expand with --no-expand', async () => {
    const emulator = await start({ expand: false });
    expect((await request(emulator, 'GET', `${LIST}?$expand=deviceStatusOverview`)).status).toBe(400);
    expect((await request(emulator, 'GET', LIST)).status).toBe(200);
  });
});

describe('one configuration', () => {
  test('has its type with any $select', async () => {
    const { json } = await request(await start(), 'GET', `${LIST}/${ID}?$select=id,displayName`);
    expect(json).toEqual({
      '@odata.context': expect.stringContaining(
        '/beta/$metadata#deviceManagement/deviceConfigurations/$entity',
      ),
      '@odata.type': '#microsoft.graph.windows10GeneralConfiguration',
      id: ID,
      displayName: 'Windows 10 – Device restrictions',
    });
  });

  test('has no properties of beta in v1.0', async () => {
    const emulator = await start();
    const { json } = await request(emulator, 'GET', `${OVERVIEW.replace('beta', 'v1.0')}`);
    expect(Object.keys(json)).toEqual([
      ...['@odata.context', 'id', 'pendingCount', 'notApplicableCount', 'successCount', 'errorCount'],
      ...['failedCount', 'lastUpdateDateTime', 'configurationVersion'],
    ]);
  });
});

describe('PATCH', () => {
  test('is answered with the overview, with dates as they were sent', async () => {
    const emulator = await start();
    const date = '2016-12-31T23:59:30.086867+03:00';
    const { status, json } = await request(emulator, 'PATCH', OVERVIEW, {
      lastUpdateDateTime: date,
      failedCount: 9,
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ lastUpdateDateTime: date, failedCount: 9, pendingCount: 212 });
    expect((await request(emulator, 'GET', OVERVIEW)).json).toEqual(json);
  });

  test('with return=minimal is answered 204', async () => {
    const emulator = await start();
    const answer = await request(
      emulator,
      'PATCH',
      OVERVIEW,
      { pendingCount: 1 },
      { prefer: 'return=minimal' },
    );
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect((await request(emulator, 'GET', OVERVIEW)).json.pendingCount).toBe(1);
  });

  test('cannot change the id', async () => {
    const live = await request(await start(), 'PATCH', OVERVIEW, { id: 'other' });
    expect(live.json.id).toBe(ID);
    const docs = await request(await start({ shape: 'docs' }), 'PATCH', OVERVIEW, { id: 'other' });
    expect(docs.json.id).toBe('0e7d2f00-0b1e-4d5a-9c3e-000000000001');
  });

  test.each([
    ['{', 400],
    ['[]', 400],
    ['{"pendingCount":"1"}', 400],
    ['{"pendingCount":-1}', 400],
    ['{"pendingCount":1.5}', 400],
    ['{"pendingCount":2147483648}', 400],
    ['{"pendingCount":null}', 400],
    ['{"colour":1}', 400],
    ['{"lastUpdateDateTime":"2016-02-30T00:00:00Z"}', 400],
    ['{"lastUpdateDateTime":"2016-02-01T00:00:00"}', 400],
    ['{"@odata.type":"#microsoft.graph.user"}', 400],
    ['{"@odata.type":"microsoft.graph.deviceConfigurationDeviceOverview","x@odata.count":1}', 200],
    ['{"lastUpdateDateTime":"2024-02-29T23:59:59.1234567-14:00"}', 200],
  ])('of %s is answered %i', async (body, status) => {
    expect((await request(await start(), 'PATCH', OVERVIEW, body)).status).toBe(status);
  });

  test('rejects counts of beta in v1.0', async () => {
    const path = OVERVIEW.replace('beta', 'v1.0');
    expect((await request(await start(), 'PATCH', path, { conflictCount: 1 })).status).toBe(400);
  });

  test('rejects another content type, and other methods are rejected', async () => {
    const emulator = await start();
    expect((await request(emulator, 'PATCH', OVERVIEW, 'x', { 'content-type': 'text/plain' })).status).toBe(
      415,
    );
    const { status, json } = await request(emulator, 'DELETE', OVERVIEW);
    expect(status).toBe(400);
    expect(json.error.message).toContain('No OData route exists that match template');
    expect((await request(emulator, 'POST', LIST, {})).json.error.message).toContain('http verb POST');
    expect((await request(emulator, 'POST', '/beta/$metadata', {})).status).toBe(405);
    expect((await request(emulator, 'GET', '/beta/$batch')).status).toBe(405);
  });

  test.each([
    ['echo', 4],
    ['keep', 212],
  ] as const)(
    'with --ignore-writes %s is answered with the value %i, and stores nothing',
    async (ignoreWrites, answered) => {
      const emulator = await start({ ignoreWrites });
      expect((await request(emulator, 'PATCH', OVERVIEW, { pendingCount: 4 })).json.pendingCount).toBe(
        answered,
      );
      expect((await request(emulator, 'GET', OVERVIEW)).json.pendingCount).toBe(212);
    },
  );
});

describe('access', () => {
  test('needs no token, as the official client sends none over plain http', async () => {
    const emulator = await start();
    expect((await request(emulator, 'GET', LIST, undefined, { authorization: '' })).status).toBe(200);
  });

  test('to $metadata describes the served types', async () => {
    const emulator = await start();
    const metadata = await request(emulator, 'GET', '/beta/$metadata');
    expect(metadata.headers['content-type']).toContain('application/xml');
    expect(metadata.text).toContain(
      '<EntityType Name="iosVpnConfiguration" BaseType="graph.appleVpnConfiguration">',
    );
    expect((await request(emulator, 'GET', '/v1.0/$metadata')).text).not.toContain('conflictCount');
  });

  test.each([
    [{ host: 'evil.example' }, 403],
    [{ host: '127.0.0.1.evil.example' }, 403],
    [{ host: 'localhost:80' }, 200],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://127.0.0.1:1' }, 403],
    [{ origin: 'http://localhost:80', host: 'localhost:80' }, 200],
  ])('with %j is answered %i', async (headers, status) => {
    expect(
      (await request(await start(), 'GET', LIST, undefined, headers as Record<string, string>)).status,
    ).toBe(status);
  });

  test('is denied to web pages, with or without a preflight request', async () => {
    const emulator = await start();
    const page = { origin: 'http://localhost:3000', 'content-type': 'text/plain' };
    const preflight = await request(emulator, 'OPTIONS', LIST, undefined, {
      ...page,
      'access-control-request-method': 'PATCH',
    });
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([403, undefined]);
    // A request that a form can send without a preflight request.
    const item = { id: '1', method: 'PATCH', url: OVERVIEW.slice('/beta'.length), body: { pendingCount: 1 } };
    const batch = { requests: [{ ...item, headers: { 'content-type': 'application/json' } }] };
    expect((await request(emulator, 'POST', '/beta/$batch', batch, page)).status).toBe(403);
    expect((await request(emulator, 'GET', OVERVIEW)).json.pendingCount).toBe(212);
  });

  test('is answered with the ids that support asks for', async () => {
    const { headers } = await request(await start(), 'GET', OVERVIEW, undefined, {
      'client-request-id': 'mine',
    });
    expect(headers).toMatchObject({ 'client-request-id': 'mine', 'odata-version': '4.0' });
    expect(headers['request-id']).toMatch(/^[\da-f-]{36}$/);
    expect(JSON.parse(headers['x-ms-ags-diagnostic'] ?? '')).toHaveProperty('ServerInfo');
  });
});

test('the log has each request before it is answered', async () => {
  const logFile = join(stateFolder(), '..', 'log.jsonl');
  const emulator = await start({ logFile });
  await request(emulator, 'PATCH', OVERVIEW, { pendingCount: 1 });
  await request(emulator, 'GET', `${LIST}/none`);
  const lines = readFileSync(logFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([
    {
      time: '2026-01-02T03:04:05.000Z',
      method: 'PATCH',
      path: OVERVIEW,
      status: 200,
      batch: null,
      body: { pendingCount: 1 },
    },
    {
      time: '2026-01-02T03:04:05.000Z',
      method: 'GET',
      path: `${LIST}/none`,
      status: 404,
      batch: null,
      body: null,
    },
  ]);
});

test('a port that is in use is reported', async () => {
  const { port } = await start();
  await expect(start({ port })).rejects.toThrow(`port ${port} is in use`);
});

test('the official client reads, writes and pages', async () => {
  const emulator = await start({ configurations: 120 });
  const client = Client.init({
    baseUrl: `${emulator.url}/`,
    defaultVersion: 'beta',
    customHosts: new Set(['127.0.0.1']),
    authProvider: (done) => done(null, 'local'),
  });
  const path = `/deviceManagement/deviceConfigurations/${ID}/deviceStatusOverview`;
  expect(await client.api(path).patch({ errorCount: 77 })).toMatchObject({ errorCount: 77 });
  expect(await client.api(path).get()).toMatchObject({ errorCount: 77 });
  await expect(client.api(`${path}/x`).get()).rejects.toMatchObject({ statusCode: 400, code: 'BadRequest' });
  // The client accepts only https in an absolute link, so its PageIterator needs the link without the host.
  const relative = (link: string | undefined): string | undefined =>
    link?.slice(`${emulator.url}/beta`.length);
  const first = await client.api('/deviceManagement/deviceConfigurations').top(50).get();
  first['@odata.nextLink'] = relative(first['@odata.nextLink']);
  let seen = 0;
  const iterator = new PageIterator(client, first, () => {
    seen += 1;
    return true;
  });
  await iterator.iterate().catch(() => undefined);
  expect(seen).toBe(100);
  const last = await client.api('/deviceManagement/deviceConfigurations').skipToken('100').get();
  expect(last.value).toHaveLength(20);
});
