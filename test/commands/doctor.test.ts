import { afterEach, describe, expect, test } from '@jest/globals';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { runMain } from '../support/run-main.ts';

let server: RecordingServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** What `doctor` says of reading from a service that answers everything with this. */
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
    ['that there is none', { value: [] }, 'the tenant has no device configurations'],
  ])('and says %s', async (_, body, detail) => {
    expect(await readingFrom(body)).toMatchObject({ verdict: 'ok', detail });
  });

  test.each([
    ['nothing', undefined, 'with something that is not a list'],
    ['null', null, 'with something that is not a list'],
    ['an object as the list', { value: {} }, 'with something that is not a list'],
    ['null in the list', { value: [null] }, 'with a configuration that has no id'],
    ['a number as the id', { value: [{ id: 5 }] }, 'with a configuration that has no id'],
  ])('and takes %s for no Graph', async (_, body, what) => {
    expect(await readingFrom(body)).toMatchObject({
      verdict: 'fail',
      detail: `the service answered ${what}`,
      remedy: 'check that the endpoint is Microsoft Graph',
    });
  });
});
