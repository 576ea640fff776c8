import { afterEach, describe, expect, test } from '@jest/globals';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { runMain } from '../support/run-main.ts';

let server: RecordingServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** The result of the check `Read` for a service that answers every request with this body. */
async function readingFrom(body: unknown): Promise<Record<string, unknown> | undefined> {
  server = await startRecordingServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  const { stdout } = await runMain(['doctor', '--endpoint', server.url, '-o', 'json']);
  return (JSON.parse(stdout) as Record<string, unknown>[]).find(({ check }) => check === 'Read');
}

describe('doctor reads a configuration', () => {
  test.each([
    ['its name', { value: [{ id: 'a', displayName: 'Wi-Fi' }] }, 'read "Wi-Fi"'],
    ['its id where it has no name', { value: [{ id: 'a', displayName: null }] }, 'read "a"'],
    ['that the tenant has none', { value: [] }, 'the tenant has no device configurations'],
  ])('and reports %s', async (_, body, detail) => {
    expect(await readingFrom(body)).toMatchObject({ verdict: 'ok', detail });
  });

  test.each([
    ['an empty body', undefined, 'with something that is not a list'],
    ['null', null, 'with something that is not a list'],
    ['an object as the list', { value: {} }, 'with something that is not a list'],
    ['null in the list', { value: [null] }, 'with a configuration that has no id'],
    ['a number as the id', { value: [{ id: 5 }] }, 'with a configuration that has no id'],
  ])('and reports that %s is not an answer of Graph', async (_, body, what) => {
    expect(await readingFrom(body)).toMatchObject({
      verdict: 'fail',
      detail: `the service answered ${what}`,
      remedy: 'check that the endpoint is Microsoft Graph',
    });
  });
});

describe('the remedy of doctor is not doctor', () => {
  const problem = (code: string, message: string) => JSON.stringify({ error: { code, message } });
  const intune = JSON.stringify({ Message: 'No role. - Url: https://fef.a.manage.microsoft.com/' });

  test.each<readonly [status: number, type: string, body: string, remedy: string]>([
    [
      403,
      'text/html',
      '<title>Blocked</title>',
      'check the endpoint, and that the network allows requests to it',
    ],
    [407, 'text/html', '', 'the proxy requires a user name and a password: set them in HTTPS_PROXY'],
    [
      401,
      'application/json',
      problem('InvalidAuthenticationToken', 'No.'),
      'the token is wrong, expired or meant for another cloud: sign in again',
    ],
    [
      403,
      'application/json',
      problem('Forbidden', 'No.'),
      'the sign-in needs the permission DeviceManagementConfiguration.Read.All, granted by an administrator',
    ],
    [
      403,
      'application/json',
      problem('Forbidden', intune),
      'Intune refused, not Graph: the account lacks an Intune role for device configurations, the scope tag of this one, or an Intune licence; or the token lacks the permission DeviceManagementConfiguration.Read.All',
    ],
  ])('for the answer %d %s %s', async (status, type, body, remedy) => {
    server = await startRecordingServer((_, response) => {
      // The time of the run.
      const date = 'Fri, 02 Jan 2026 03:04:05 GMT';
      response.writeHead(status, { 'content-type': type, date });
      response.end(body);
    });
    const run = await runMain(['doctor', '--endpoint', server.url, '-o', 'json']);
    const read = (JSON.parse(run.stdout) as Record<string, unknown>[]).find(({ check }) => check === 'Read');
    expect(read).toMatchObject({ verdict: 'fail', remedy });
    expect(JSON.parse(run.stderr).error.hint).toBe(remedy);
    expect(run.stdout + run.stderr).not.toContain('graph-overview doctor');
  });
});
