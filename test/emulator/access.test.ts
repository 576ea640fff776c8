import { readFileSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createServerCertificate } from '../authority/certificates.ts';
import { stateFolder } from '../support/run-main.ts';
import { request } from './request.ts';
import { start } from './start.ts';

const ID = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const LIST = '/beta/deviceManagement/deviceConfigurations';
const OVERVIEW = `${LIST}/${ID}/deviceStatusOverview`;

/** A file next to the state folder of a test. */
function file(name: string, text: string): string {
  const path = join(stateFolder(), '..', name);
  writeFileSync(path, text);
  return path;
}

describe('the hosts and origins that are allowed', () => {
  test.each([
    [{ host: 'graph.test' }, 200],
    [{ host: 'GRAPH.test:8443' }, 200],
    [{ host: 'graph.test', origin: 'http://graph.test' }, 200],
    [{ host: 'graph.test', origin: 'https://graph.test' }, 403],
    [{ host: 'graph.test:1', origin: 'http://graph.test' }, 403],
    [{ host: 'x.graph.test' }, 403],
    [{ host: 'graph.test.evil.example' }, 403],
    [{ host: 'localhost' }, 200],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
  ])('with --allow-host graph.test: %j is answered with %i', async (headers, status) => {
    const emulator = await start({ hosts: ['graph.test'] });
    const answer = await request(emulator, 'GET', LIST, undefined, headers as Record<string, string>);
    expect(answer.status).toBe(status);
  });

  test('the error for another host names the option that allows it', async () => {
    const { json } = await request(await start(), 'GET', LIST, undefined, { host: 'graph.test:80' });
    expect(json.error).toMatchObject({
      code: 'Forbidden',
      message: "This server does not answer to 'graph.test:80': add the name with --allow-host.",
    });
  });
});

test('the log has rejected requests', async () => {
  const logFile = join(stateFolder(), '..', 'log.jsonl');
  const emulator = await start({ logFile });
  const attack = { pendingCount: 1 };
  await request(emulator, 'PATCH', OVERVIEW, attack, { host: 'evil.example' });
  await request(emulator, 'PATCH', OVERVIEW, attack, { origin: 'https://evil.example' });
  await request(emulator, 'PATCH', OVERVIEW, 'x'.repeat(4 * 1024 * 1024 + 1));
  const deep = await request(emulator, 'PATCH', OVERVIEW, `{"a\\"[":${'['.repeat(1e6)}${']'.repeat(1e6)}}`);
  expect(deep.json.error.message).toBe('The depth limit of the JSON payload is exceeded.');
  await request(emulator, 'POST', '/beta/$batch', { requests: [null] });
  await request(emulator, 'GET', '/v3/x');
  const lines = readFileSync(logFile, 'utf8').trim().split('\n');
  const time = '2026-01-02T03:04:05.000Z';
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { time, method: 'PATCH', path: OVERVIEW, status: 403, batch: null, body: null },
    { time, method: 'PATCH', path: OVERVIEW, status: 403, batch: null, body: null },
    { time, method: 'PATCH', path: OVERVIEW, status: 413, batch: null, body: null },
    { time, method: 'PATCH', path: OVERVIEW, status: 400, batch: null, body: null },
    { time, method: 'POST', path: '/beta/$batch', status: 400, batch: null, body: { requests: [null] } },
    { time, method: 'GET', path: '/v3/x', status: 404, batch: null, body: null },
  ]);
});

describe('https', () => {
  test('is also in the links of an answer', async () => {
    const { certificate, privateKey, ca } = await createServerCertificate();
    const tls = { certFile: file('cert.pem', certificate), keyFile: file('key.pem', privateKey) };
    const emulator = await start({ tls });
    expect(emulator.url).toBe(`https://127.0.0.1:${emulator.port}`);
    const text = await new Promise<string>((resolve, reject) => {
      httpsRequest(`${emulator.url}${LIST}?$top=1`, { ca }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part) => (body += part));
        response.on('end', () => resolve(body));
      })
        .on('error', reject)
        .end();
    });
    expect(JSON.parse(text)).toMatchObject({
      '@odata.context': `${emulator.url}/beta/$metadata#deviceManagement/deviceConfigurations`,
      '@odata.nextLink': `${emulator.url}${LIST}?$top=1&$skiptoken=1`,
    });
  });

  test('reports unusable files, with a hint', async () => {
    const [one, two] = [await createServerCertificate(), await createServerCertificate()];
    const cert = file('cert.pem', one.certificate);
    const key = file('key.pem', one.privateKey);
    const notPem = file('not.pem', 'nothing');
    const other = file('other.pem', two.privateKey);
    const broken = file('broken.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    const refusal = (certFile: string, keyFile: string) =>
      start({ tls: { certFile, keyFile } }).then(
        () => 'started',
        ({ message, hint }) => `${message}: ${hint}`,
      );
    expect(await refusal('/none/cert.pem', key)).toBe(
      '--cert: /none/cert.pem cannot be read (ENOENT): use a PEM file with "-----BEGIN CERTIFICATE-----" for --cert',
    );
    expect(await refusal(cert, '/none/key.pem')).toMatch(
      /^--key: \/none\/key\.pem cannot be read \(ENOENT\): use a PEM file/,
    );
    expect(await refusal(notPem, key)).toBe(
      `--cert: ${notPem} does not contain a certificate in PEM: use a PEM file with "-----BEGIN CERTIFICATE-----" for --cert`,
    );
    expect(await refusal(key, cert)).toContain('does not contain a certificate in PEM');
    expect(await refusal(cert, cert)).toContain('does not contain a private key in PEM');
    expect(await refusal(cert, other)).toMatch(
      /^the certificate and its key cannot be used \(.+use a certificate in PEM for `--cert`/,
    );
    expect(await refusal(broken, key)).toMatch(/^the certificate and its key cannot be used/);
  });
});
