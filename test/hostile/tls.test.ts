import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServerCertificate } from '../authority/certificates.ts';
import { cleanEnvironment, type Ended, runBinary } from '../support/binary.ts';

/** A server with an untrusted certificate, in place of Graph and of the sign-in service. */
const seen: string[] = [];
let server: ReturnType<typeof createServer>;
let host: string;

beforeAll(async () => {
  const { certificate, privateKey } = await createServerCertificate();
  server = createServer({ cert: certificate, key: privateKey }, (request, response) => {
    seen.push(request.headers.authorization ?? request.url ?? '');
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
});

const OFF = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };

function expectUntrusted({ code, stderr }: Ended): void {
  expect([code, JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error.message]).toEqual([
    7,
    expect.stringContaining('its certificate is not trusted'),
  ]);
  expect(stderr).toContain('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored');
  expect(seen).toEqual([]);
}

test('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: no token is sent to Graph', async () => {
  const env = { ...cleanEnvironment(), ...OFF, GRAPH_TOKEN: 'not-a-jwt-at-all' };
  const argv = ['get', 'id:x', '--endpoint', `https://${host}`, '--trust-endpoint', '-o', 'json'];
  expectUntrusted(await runBinary(argv, { env }));
});

test('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: no secret is sent to the sign-in service', async () => {
  const env = {
    ...cleanEnvironment(),
    ...OFF,
    AZURE_AUTHORITY_HOST: `https://${host}`,
    AZURE_TENANT_ID: '7a6f2c1e-3f57-4d0c-9f0e-5b1d6a2c8e90',
    AZURE_CLIENT_ID: '11111111-1111-4111-8111-111111111111',
    AZURE_CLIENT_SECRET: 'a-secret-of-the-app',
  };
  expectUntrusted(await runBinary(['get', 'id:x', '--auth', 'client-secret', '-o', 'json'], { env }));
});
