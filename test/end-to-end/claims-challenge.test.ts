import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, startAuthority } from '../authority/authority.ts';
import { runBinary } from '../support/binary.ts';
import { startRecordingServer } from '../support/recording-server.ts';
import { runMain } from '../support/run-main.ts';
import { distrustRoot, trustRoot } from '../support/trust-root.ts';
import { environmentOf, folderFor, runHere, TENANT, WRITE } from './sign-in-fixture.ts';

const CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';
const APP = '11111111-1111-4111-8111-111111111111';

let authority: Authority;

beforeAll(async () => {
  authority = await startAuthority({
    folder: folderFor('challenge'),
    apps: [{ clientId: APP, secret: 'the-secret', roles: [WRITE] }],
  });
  trustRoot(readFileSync(authority.caFile, 'utf8'));
});

afterAll(() => {
  distrustRoot();
  return authority.close();
});

/** Challenges the first `times` requests, then answers. */
function challenging(times: number) {
  let left = times;
  return startRecordingServer((request, response) => {
    left -= 1;
    if (left < 0) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(request.body);
      return;
    }
    const claims = Buffer.from(CLAIMS).toString('base64');
    response.writeHead(401, {
      'content-type': 'application/json',
      'www-authenticate': `Bearer realm="", error="insufficient_claims", claims="${claims}"`,
    });
    response.end('{"error":{"code":"InvalidAuthenticationToken","message":"Continuous access evaluation"}}');
  });
}

const env = () => ({
  ...environmentOf(authority),
  AZURE_TENANT_ID: TENANT,
  AZURE_CLIENT_ID: APP,
  AZURE_CLIENT_SECRET: 'the-secret',
});

describe('a claims challenge', () => {
  test('is answered once, with a new token for these claims', async () => {
    const server = await challenging(1);
    const ended = await runBinary(
      ['patch', 'id:x', '--pending', '1', '--auth', 'client-secret', '--endpoint', server.url],
      { env: env() },
    );
    await server.close();
    expect(ended.code).toBe(0);
    expect(server.requests).toHaveLength(2);
    const [first, second] = server.requests.map(({ headers }) => headers.authorization);
    expect(second).not.toBe(first);
    expect(JSON.parse(authority.requests.at(-1)?.form.claims ?? '{}').access_token).toMatchObject({
      nbf: { essential: true },
    });
  });

  test('that is repeated is a failure', async () => {
    const server = await challenging(9);
    const ended = await runHere(
      ['get', 'id:x', '--auth', 'client-secret', '--endpoint', server.url, '-o', 'json'],
      {
        env: env(),
      },
    );
    await server.close();
    expect(ended.code).toBe(3);
    expect(server.requests).toHaveLength(2);
  });

  test('cannot be answered with the token in GRAPH_TOKEN', async () => {
    const server = await challenging(9);
    const token = authority.issue({ scp: WRITE, exp: 2_000_000_000 });
    const run = await runMain(['get', 'id:x', '--auth', 'token', '--endpoint', server.url], {
      env: { GRAPH_TOKEN: token },
    });
    await server.close();
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('GRAPH_TOKEN cannot be renewed');
  });
});
