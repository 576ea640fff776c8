import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createServerCertificate } from '../authority/certificates.ts';
import { cleanEnvironment, runBinary } from '../support/binary.ts';

/** A server that redirects all requests to another one; both have trusted certificates. */

const followed: string[] = [];
const received: string[] = [];
const servers: Server[] = [];
const ca = join(mkdtempSync(join(tmpdir(), 'graph-overview-redirect-')), 'ca.pem');
let first: string;
let status = 307;
/** Answered instead of a redirect. */
let metadata: object | undefined;

beforeAll(async () => {
  const { ca: root, certificate: cert, privateKey: key } = await createServerCertificate();
  writeFileSync(ca, root);
  const open = async (answer: Parameters<typeof createServer>[1]): Promise<string> => {
    const server = createServer({ cert, key }, answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const other = await open((request, response) => {
    followed.push(request.url ?? '');
    response.end('{}');
  });
  first = await open((request, response) => {
    received.push(request.url ?? '');
    if (metadata !== undefined) {
      response.end(JSON.stringify(metadata));
      return;
    }
    response.writeHead(status, { location: `${other}${request.url}` }).end();
  });
});

beforeEach(() => {
  received.length = 0;
});

afterAll(() => {
  for (const server of servers) server.close();
});

test.each([301, 302, 303, 307, 308])(
  'a token is not sent to another host after a redirect %i of Graph',
  async (code) => {
    status = code;
    const env = { ...cleanEnvironment(), NODE_EXTRA_CA_CERTS: ca, GRAPH_TOKEN: 'a-token-from-elsewhere' };
    const argv = ['patch', 'id:x', '--pending', '1', '--auth', 'token', '--endpoint', first, '-o', 'json'];
    const ended = await runBinary(argv, { env });
    expect([ended.code, JSON.parse(ended.stderr).error.message]).toEqual([
      1,
      expect.stringContaining('not followed'),
    ]);
    expect([received.length, followed]).toEqual([1, []]);
  },
);

/** The environment of an app whose sign-in service is the first host. */
function appEnvironment(): Record<string, string> {
  return {
    ...cleanEnvironment(),
    NODE_EXTRA_CA_CERTS: ca,
    AZURE_AUTHORITY_HOST: first,
    AZURE_TENANT_ID: '7a6f2c1e-3f57-4d0c-9f0e-5b1d6a2c8e90',
    AZURE_CLIENT_ID: '11111111-1111-4111-8111-111111111111',
    AZURE_CLIENT_SECRET: 'a-secret-of-the-app',
  };
}

test.each([302, 307])(
  'a secret is not sent to another host after a redirect %i of the sign-in service',
  async (code) => {
    status = code;
    const ended = await runBinary(['get', 'id:x', '--auth', 'client-secret', '-o', 'json'], {
      env: appEnvironment(),
    });
    expect([3, 7]).toContain(ended.code);
    expect([received.length > 0, followed]).toEqual([true, []]);
  },
);

test.each(['client-secret', 'device-code'])(
  'a secret is not sent to another host that the metadata of the sign-in service names: %s',
  async (method) => {
    const other: string[] = [];
    const plain = createPlainServer((request, response) => {
      other.push(request.url ?? '');
      response.end('{}');
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}`;
    metadata = {
      issuer: `${first}/v2.0`,
      token_endpoint: `${base}/token`,
      authorization_endpoint: `${base}/authorize`,
      device_authorization_endpoint: `${base}/devicecode`,
      jwks_uri: `${base}/keys`,
    };
    const ended = await runBinary(['whoami', '--auth', method, '-o', 'json'], { env: appEnvironment() });
    metadata = undefined;
    plain.close();
    expect([other, received.length > 0]).toEqual([[], true]);
    expect([ended.code, JSON.parse(ended.stderr).error.message]).toEqual([
      7,
      `the sign-in service: ${first} refers to ${base}, to which no secret is sent`,
    ]);
  },
);
