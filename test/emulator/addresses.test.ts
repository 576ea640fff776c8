import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { request } from './request.ts';

const ID = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const LIST = '/beta/deviceManagement/deviceConfigurations';
const clock = { now: () => 0, sleep: async () => undefined };

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ clock });
});

afterAll(() => emulator.close());

describe('addresses', () => {
  test.each([
    [`${LIST}('${ID}')/deviceStatusOverview`],
    [`${LIST}(id='${ID}')/deviceStatusOverview`],
    [`${LIST}(%27${ID}%27)/deviceStatusOverview`],
    [`${LIST}%28'${ID}'%29/deviceStatusOverview`],
    [`${LIST}/${ID.toUpperCase()}/deviceStatusOverview`],
    [`${LIST}/${ID}/deviceStatusOverview/`],
    [`${LIST}/${ID}/deviceStatusOverview//`],
    [`/BETA/deviceManagement/deviceConfigurations/${ID}/deviceStatusOverview`],
    [`/V1.0/deviceManagement/deviceConfigurations/${ID}/deviceStatusOverview`],
    [`/beta/devicemanagement/DEVICECONFIGURATIONS/${ID}/devicestatusoverview`],
    [
      `/beta/deviceManagement/deviceConfigurations/${ID}/Microsoft.Graph.WINDOWS10GeneralConfiguration/deviceStatusOverview`,
    ],
    [
      `${LIST}('5a3b1c00-0b1e-4d5a-9c3e-000000000015')/microsoft.graph.windowsDomainJoinConfiguration/networkAccessConfigurations('5a3b1c00-0b1e-4d5a-9c3e-000000000002')/deviceStatusOverview`,
    ],
  ])('%s is found', async (path) => {
    const { status, json } = await request(emulator, 'GET', path);
    expect([status, json.pendingCount]).toEqual([200, path.includes('000000000002') ? 85 : 212]);
  });

  test.each([
    ['/v3/deviceManagement', 404, 'ResourceNotFound', 'Invalid version: v3'],
    ['/', 404, 'ResourceNotFound', 'Invalid version: '],
    ['/beta', 400, 'BadRequest', "Resource not found for the segment ''."],
    ['/beta/users', 400, 'BadRequest', "Resource not found for the segment 'users'."],
    [
      '/beta/deviceManagement/managedDevices',
      400,
      'BadRequest',
      "Resource not found for the segment 'managedDevices'.",
    ],
    ['/beta/deviceManagement', 501, 'NotImplemented', "The mock Graph does not serve 'deviceManagement'."],
    [`${LIST}//${ID}`, 404, 'ResourceNotFound', "No device configuration has the id ''."],
    [
      `${LIST}(${ID})`,
      400,
      'BadRequest',
      `Resource not found for the segment 'deviceConfigurations(${ID})'.`,
    ],
    [`${LIST}('o''neil')`, 404, 'ResourceNotFound', "No device configuration has the id 'o'neil'."],
    [`${LIST}/${ID}/deviceStatusOverview('x')`, 400, 'BadRequest', "Resource not found for the segment 'x'."],
    [`${LIST}/$count/x`, 400, 'BadRequest', "Resource not found for the segment 'x'."],
    [
      `${LIST}/${ID}/deviceStatuses`,
      501,
      'NotImplemented',
      "The mock Graph does not serve 'deviceStatuses'.",
    ],
    [`${LIST}/${ID}/userStatuses/1`, 501, 'NotImplemented', "The mock Graph does not serve 'userStatuses'."],
  ])('%s is answered with %i', async (path, status, code, message) => {
    const answer = await request(emulator, 'GET', path);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
    expect(wordsOf(answer.json.error.message)).toBe(message);
  });

  test('HEAD is a GET without its body', async () => {
    const path = `${LIST}/${ID}/deviceStatusOverview`;
    const [head, get] = [await request(emulator, 'HEAD', path), await request(emulator, 'GET', path)];
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers['content-type']).toBe(get.headers['content-type']);
    expect((await request(emulator, 'HEAD', `${LIST}/none`)).status).toBe(404);
  });

  test('a target in absolute form must have the host of the server', async () => {
    const { host } = new URL(emulator.url);
    const target = `http://${host}${LIST}?$top=1`;
    const { json } = await request(emulator, 'GET', target);
    expect(json['@odata.nextLink']).toBe(`http://${host}${LIST}?$top=1&$skiptoken=1`);
    expect((await request(emulator, 'GET', `http://evil.example${LIST}`)).status).toBe(403);
    expect((await request(emulator, 'GET', target, undefined, { host: 'evil.example' })).status).toBe(403);
  });

  test('links have the version in lower case', async () => {
    const { json } = await request(emulator, 'GET', '/BETA/deviceManagement/deviceConfigurations?$top=1');
    expect(json['@odata.nextLink']).toBe(`${emulator.url}${LIST}?$top=1&$skiptoken=1`);
    expect(json['@odata.context']).toBe(
      `${emulator.url}/beta/$metadata#deviceManagement/deviceConfigurations`,
    );
  });

  test('an answer is chunked, with headers in the letter case of Graph', async () => {
    const text = await raw(`GET ${LIST}?$top=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    const names = [...text.slice(0, text.indexOf('\r\n\r\n')).matchAll(/^([\w-]+):/gm)].map(
      ([, name]) => name,
    );
    expect(names).toEqual([
      ...['Cache-Control', 'OData-Version', 'request-id', 'client-request-id', 'x-ms-ags-diagnostic', 'Date'],
      ...['Content-Type', 'Vary', 'Connection', 'Transfer-Encoding'],
    ]);
  });
});

/** The text of a message, with or without the envelope of Intune. */
function wordsOf(message: string): string {
  if (!message.startsWith('{')) return message;
  return JSON.parse(message).Message.split(' - Operation ID')[0];
}

function raw(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(emulator.port, '127.0.0.1', () => socket.write(request));
    socket.setEncoding('utf8').on('data', (part) => (text += part));
    socket.on('error', reject).on('close', () => resolve(text));
  });
}
