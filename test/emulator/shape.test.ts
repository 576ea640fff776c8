import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { Emulator } from '../../src/emulator/index.ts';
import { request } from './request.ts';
import { start } from './start.ts';

const ID = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const LIST = '/beta/deviceManagement/deviceConfigurations';
const OVERVIEW = `${LIST}/${ID}/deviceStatusOverview`;

const COUNTS = {
  pendingCount: 212,
  notApplicableCount: 40,
  notApplicablePlatformCount: 15,
  successCount: 4811,
  errorCount: 31,
  failedCount: 7,
  conflictCount: 2,
};

describe('the shape of an overview', () => {
  test('live has no type, the id of the configuration, and dates without a fraction', async () => {
    const emulator = await start();
    const { '@odata.context': _, ...overview } = (await request(emulator, 'GET', OVERVIEW)).json;
    const expected = {
      id: ID,
      ...COUNTS,
      lastUpdateDateTime: '2024-07-02T02:05:09Z',
      configurationVersion: 2,
    };
    expect(overview).toEqual(expected);
    const { json } = await request(emulator, 'GET', `${LIST}?$top=1&$expand=deviceStatusOverview`);
    expect(json.value[0].deviceStatusOverview).toEqual(expected);
  });

  test('docs is that of the example in the reference', async () => {
    const emulator = await start({ shape: 'docs' });
    const { '@odata.context': _, ...overview } = (await request(emulator, 'GET', OVERVIEW)).json;
    expect(overview).toEqual({
      '@odata.type': '#microsoft.graph.deviceConfigurationDeviceOverview',
      id: '0e7d2f00-0b1e-4d5a-9c3e-000000000001',
      ...COUNTS,
      lastUpdateDateTime: '2024-07-02T02:05:09.2345678Z',
      configurationVersion: 2,
    });
  });

  test.each(['live', 'docs'] as const)(
    '%s returns the example of the reference as it was sent',
    async (shape) => {
      const emulator = await start({ shape });
      const sent = {
        pendingCount: 12,
        notApplicableCount: 2,
        notApplicablePlatformCount: 10,
        successCount: 12,
        errorCount: 10,
        failedCount: 11,
        conflictCount: 13,
        lastUpdateDateTime: '2016-12-31T23:59:30.086867+03:00',
        configurationVersion: 4,
      };
      const type = { '@odata.type': '#microsoft.graph.deviceConfigurationDeviceOverview' };
      const { json } = await request(emulator, 'PATCH', OVERVIEW, { ...type, ...sent });
      expect(json).toMatchObject(sent);
      expect(Object.hasOwn(json, '@odata.type')).toBe(shape === 'docs');
      expect((await request(emulator, 'GET', OVERVIEW)).json).toEqual(json);
    },
  );
});

describe('errors', () => {
  test('of Intune are a JSON string in the message of Graph', async () => {
    const { status, headers, json } = await request(await start(), 'DELETE', OVERVIEW, undefined, {
      'client-request-id': 'mine',
    });
    const requestId = headers['request-id'];
    expect(status).toBe(400);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-cache' });
    expect(json.error).toEqual({
      code: 'BadRequest',
      message: expect.stringMatching(/^\{\r\n {2}"_version": 3,\r\n {2}"Message": "No OData route exists/),
      innerError: { date: '2026-01-02T03:04:05', 'request-id': requestId, 'client-request-id': 'mine' },
    });
    expect(JSON.parse(json.error.message)).toEqual({
      _version: 3,
      Message:
        'No OData route exists that match template ~/singleton/navigation/key/navigation with http verb DELETE.' +
        ' - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000' +
        ` - Activity ID: ${requestId}` +
        ' - Url: https://fef.msub01.manage.microsoft.com/DeviceConfiguration_2012/StatelessDeviceConfigurationFEService' +
        `/deviceManagement/deviceConfigurations/${ID}/deviceStatusOverview?api-version=5019-12-12`,
      CustomApiErrorPhrase: '',
      RetryAfter: null,
      ErrorSourceService: '',
      HttpHeaders: '{}',
    });
  });

  test('for a missing permission are from Intune, with its realm; for a missing token from Graph', async () => {
    const emulator = await start({ requirePermission: true });
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({})}.${part({ scp: 'User.Read', exp: 9e9 })}.x`;
    const refused = await request(emulator, 'GET', LIST, undefined, { authorization: `Bearer ${token}` });
    expect([refused.status, refused.json.error.code]).toEqual([403, 'Forbidden']);
    const { Message, HttpHeaders } = JSON.parse(refused.json.error.message);
    expect(Message).toMatch(
      /^Application is not authorized .*Read\.All, DeviceManagementConfiguration\.ReadWrite\.All - Op/,
    );
    expect(JSON.parse(HttpHeaders)['WWW-Authenticate']).toMatch(/^Bearer realm="urn:intune:service,/);
    const unknown = await request(emulator, 'GET', LIST, undefined, { authorization: '' });
    expect([unknown.status, unknown.json.error.code, unknown.json.error.message]).toEqual([
      ...[401, 'InvalidAuthenticationToken', 'Access token is empty.'],
    ]);
    expect(unknown.headers).toMatchObject({
      'cache-control': 'private',
      'www-authenticate': expect.stringMatching(/^Bearer /),
    });
  });

  test.each([
    ['GET', `${LIST}/x`, true],
    ['PUT', LIST, true],
    ['POST', LIST, true],
    ['PATCH', `${LIST}/${ID}`, true],
    ['PATCH', `${LIST}/${ID}/userStatusOverview`, true],
    ['GET', `${LIST}?$search=x`, true],
    ['GET', `${LIST}/${ID}/nonsense`, false],
    ['GET', '/v2/x', false],
    ['GET', `${LIST}?nonsense=1`, false],
    ['PATCH', `${OVERVIEW}?$select=nonsense`, false],
  ])('to %s %s are from Intune: %s', async (method, path, intune) => {
    const body = method === 'GET' ? undefined : { pendingCount: 1 };
    const { status, json } = await request(await start(), method, path, body);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(json.error.message.startsWith('{\r\n  "_version": 3')).toBe(intune);
  });
});

describe('the coding of an answer', () => {
  test.each([
    ['gzip', 'gzip'],
    ['deflate, gzip;q=0.5', 'gzip'],
    ['*', 'gzip'],
    ['gzip;q=0', undefined],
    ['identity', undefined],
    [undefined, undefined],
  ])('with Accept-Encoding: %s', async (accepted, encoding) => {
    const emulator = await start();
    const headers: Record<string, string> = accepted === undefined ? {} : { 'accept-encoding': accepted };
    const answer = await fetchBytes(emulator, headers);
    expect(answer.headers).toMatchObject({
      vary: 'Accept-Encoding',
      'cache-control': 'no-cache',
      'transfer-encoding': 'chunked',
    });
    expect(answer.headers['content-encoding']).toBe(encoding);
    const text = encoding === undefined ? answer.bytes : gunzipSync(answer.bytes);
    expect(JSON.parse(text.toString('utf8')).pendingCount).toBe(212);
  });
});

async function fetchBytes({ url }: Emulator, headers: Record<string, string>) {
  const { request: open } = await import('node:http');
  return new Promise<{ headers: Record<string, unknown>; bytes: Buffer }>((resolve, reject) => {
    open(`${url}${OVERVIEW}`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => resolve({ headers: response.headers, bytes: Buffer.concat(chunks) }));
    })
      .on('error', reject)
      .end();
  });
}
