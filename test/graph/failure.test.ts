import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { type Answer, startRecordingServer } from '../support/recording-server.ts';
import { type Run, runMain } from '../support/run-main.ts';

interface Failed {
  readonly run: Run;
  readonly error: Record<string, unknown>;
  readonly requests: number;
}

/** Runs `get` (or another command) against a server with one answer, and returns the printed error. */
async function failedBy(answer: Answer, argv: readonly string[] = ['get', 'id:abc']): Promise<Failed> {
  const server = await startRecordingServer(answer);
  try {
    const run = await runMain([...argv, '--endpoint', server.url, '-o', 'json', '-q']);
    return { run, error: JSON.parse(run.stderr.trim()).error, requests: server.requests.length };
  } finally {
    await server.close();
  }
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'r-1', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

function graphError(code: string, message: string): unknown {
  return {
    error: { code, message, innerError: { date: 'x', 'request-id': 'inner', 'client-request-id': 'c' } },
  };
}

const cut: Answer = (_, response) => response.socket?.destroy();

describe('an error status', () => {
  test.each([
    [400, 'graph', 1],
    [401, 'sign-in', 3],
    [403, 'permission', 4],
    [404, 'not-found', 5],
    [409, 'graph', 1],
    [429, 'throttled', 6],
    [500, 'graph', 1],
    [503, 'throttled', 6],
  ])('%i is of kind %s, with exit code %i', async (status, kind, exitCode) => {
    const { run, error } = await failedBy(json(status, graphError('SomeCode', 'Some words.')));
    expect(run.code).toBe(exitCode);
    expect(run.stdout).toBe('');
    expect(error).toMatchObject({ kind, exitCode, status, code: 'SomeCode', requestId: 'r-1' });
    expect(error.message).toContain('Some words.');
    expect(error.clientRequestId).toMatch(/^00000000-0000-4000-8000-\d{12}$/);
  });

  test.each([
    ['get', 'DeviceManagementConfiguration.Read.All'],
    ['patch', 'DeviceManagementConfiguration.ReadWrite.All'],
  ])('403 of %s names the permission', async (command, permission) => {
    const argv = command === 'get' ? ['get', 'id:abc'] : ['patch', 'id:abc', '--pending', '1'];
    const { error } = await failedBy(json(403, graphError('Forbidden', '')), argv);
    expect(error.hint).toContain(permission);
  });
});

describe('error bodies', () => {
  test('with innererror in lower case', async () => {
    const body = {
      error: { code: '', message: '', innererror: { code: 'Inner', message: 'Inner words', innererror: {} } },
    };
    const { error } = await failedBy(json(400, body));
    expect(error).toMatchObject({ code: 'Inner' });
    expect(error.message).toContain('Inner words');
  });

  test('with a message only in the innermost error', async () => {
    const deepest = { code: 'Deepest', message: 'Deepest words', 'request-id': 'r-deepest' };
    const body = { error: { code: 'Outer', message: '', innererror: { innererror: deepest } } };
    const { error } = await failedBy(json(400, body, { 'request-id': '' }));
    expect(error).toMatchObject({ code: 'Outer', requestId: 'r-deepest' });
    expect(error.message).toContain('Deepest words');
  });

  test('with JSON of Intune in the message', async () => {
    const inside = JSON.stringify({
      _version: 3,
      Message:
        'An error has occurred - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: 11111111-2222-4333-8444-555555555555 - Url: https://fef.example/x',
      CustomApiErrorPhrase: 'NotThere',
      RetryAfter: null,
      ErrorSourceService: '',
      HttpHeaders: '{}',
    });
    const { error } = await failedBy(json(400, graphError('BadRequest', inside)));
    expect(error.message).toBe(
      'Graph refused: An error has occurred (NotThere) [activity id 11111111-2222-4333-8444-555555555555]',
    );
  });

  test('with an empty message', async () => {
    const { error } = await failedBy(json(400, graphError('BadRequest', '')));
    expect(error.message).toBe('Graph refused: 400 without a message');
  });

  test('that are empty', async () => {
    const { error } = await failedBy(json(500, ''));
    expect(error.message).toBe('Graph refused: 500 without a message');
  });

  test('that are an HTML page of a gateway', async () => {
    const page: Answer = (_, response) => {
      response.writeHead(500, { 'content-type': 'text/html' });
      response.end('<html><head><title>Gateway</title></head><body>no</body></html>');
    };
    const { error } = await failedBy(page);
    expect(error.message).toBe(
      'a proxy or gateway answered instead of Graph: 500 with an HTML page (Gateway)',
    );
  });

  test('with control characters are printed without them', async () => {
    const server = await startRecordingServer(
      json(400, graphError('BadRequest', 'a\u001b[31mred\u009b\u202e')),
    );
    const run = await runMain(['get', 'id:abc', '--endpoint', server.url], { columns: 80 });
    await server.close();
    expect(run.stderr).toContain('red');
    expect(run.stderr.replaceAll(/\u001b\[[\d;]*m/g, '')).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/,
    );
    expect(run.stderr).not.toContain('\u001b[31mred');
  });
});

describe('answers that cannot be used', () => {
  test('a body that is not JSON', async () => {
    const { run, error } = await failedBy(json(200, 'hello'), ['patch', 'id:abc', '--pending', '1']);
    expect(run.code).toBe(1);
    expect(error.message).toContain('a body that is not JSON: "hello"; the change may have been stored');
  });

  test('an HTML page with status 200', async () => {
    const { error } = await failedBy(
      json(200, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }),
    );
    expect(error.message).toContain('an HTML page (Sign in)');
  });

  test('but a byte-order mark before the JSON is ignored', async () => {
    const server = await startRecordingServer(json(200, '\ufeff{"pendingCount":3}'));
    const run = await runMain(['get', 'id:abc', '--endpoint', server.url, '-o', 'json']);
    await server.close();
    expect([run.code, JSON.parse(run.stdout)]).toEqual([0, { pendingCount: 3 }]);
  });

  test.each([
    '[]',
    '5',
    '"x"',
    'null',
    '{}',
    '{"value":[]}',
    '{"value":{"hello":"world"}}',
    '{"hello":"world"}',
  ])('JSON that is not an overview: %s', async (body) => {
    const { run, error } = await failedBy(json(200, body));
    expect(run.code).toBe(1);
    expect(error.message).toContain('without an overview');
  });

  test('an error body with status 200', async () => {
    const { run, error } = await failedBy(json(200, '{"error":{"code":"X","message":"words"}}'));
    expect([run.code, error.code, error.message]).toEqual([1, 'X', 'Graph refused: words']);
  });

  test('but an overview in the member value is accepted', async () => {
    const server = await startRecordingServer(json(200, { value: { id: 'x', pendingCount: 3 } }));
    const run = await runMain(['get', 'id:abc', '--endpoint', server.url, '-o', 'json']);
    await server.close();
    expect(JSON.parse(run.stdout)).toEqual({ id: 'x', pendingCount: 3 });
  });

  test('a redirect, which is not followed', async () => {
    const other = await startRecordingServer();
    const { run, error, requests } = await failedBy(json(307, '', { location: `${other.url}/elsewhere` }));
    await other.close();
    expect(run.code).toBe(1);
    expect(error.message).toContain('with a redirect to');
    expect(requests).toBe(1);
    expect(other.requests).toEqual([]);
  });
});

describe('connection errors', () => {
  test('nothing listens', async () => {
    const run = await runMain(['get', 'id:abc', '--endpoint', 'http://127.0.0.1:1', '-o', 'json']);
    expect(run.code).toBe(7);
    expect(JSON.parse(run.stderr).error).toMatchObject({ kind: 'network', code: 'ECONNREFUSED' });
    expect(run.sleeps).toEqual([]);
  });

  test('a server of another protocol that answers at once', async () => {
    const server = createServer((socket) => socket.resume().end('SSH-2.0-nothing\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const run = await runMain(['get', 'id:abc', '--endpoint', `http://127.0.0.1:${port}`, '-o', 'json']);
    await new Promise((resolve) => server.close(resolve));
    expect(run.code).toBe(7);
    expect(JSON.parse(run.stderr).error.message).toContain('the answer is not HTTP');
  });

  test('a closed connection is retried, then reported', async () => {
    const { run, error, requests } = await failedBy(cut, [
      'patch',
      'id:abc',
      '--pending',
      '1',
      '--retries',
      '2',
    ]);
    expect(run.code).toBe(7);
    expect(requests).toBe(3);
    expect(error.message).toContain('given up after 3 attempts');
    expect(run.sleeps).toHaveLength(2);
  });

  test('a time-out', async () => {
    const unanswered: ServerResponse[] = [];
    const { run, error } = await failedBy(
      (_, response) => unanswered.push(response),
      [...['get', 'id:abc', '--timeout', '50ms', '--retries', '0']],
    );
    expect(run.code).toBe(7);
    expect(error.message).toContain('no complete answer');
    expect(error.hint).toContain('--timeout');
  });

  test('an incomplete answer', async () => {
    const half: Answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"pend', () => response.socket?.destroy());
    };
    const { run, error } = await failedBy(half, ['get', 'id:abc', '--retries', '0']);
    expect(run.code).toBe(7);
    expect(error.message).toContain('the connection was cut');
  });

  test('headers that are too large', async () => {
    const { run, error } = await failedBy(json(200, '{}', { 'x-long': 'x'.repeat(20_000) }));
    expect(run.code).toBe(7);
    expect(error.message).toContain('the headers of the answer are too large');
  });

  test('a server of another protocol that answers the request', async () => {
    const chat: Answer = (_, response) => response.socket?.end('220 mail.example ready\r\n');
    const { run, error } = await failedBy(chat);
    expect(run.code).toBe(7);
    expect(error.message).toContain('the answer is not HTTP');
  });
});

describe('retries', () => {
  /** Answers with each status in turn, then with 200 and the received body. */
  function answersInTurn(...answers: readonly (readonly [number, Record<string, string>?])[]): Answer {
    let index = 0;
    return (request, response) => {
      const [status, headers] = answers[index] ?? [200];
      index += 1;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(status === 200 ? request.body : '{"error":{"code":"x","message":"y"}}');
    };
  }

  async function patchAgainst(answer: Answer, ...more: string[]): Promise<Run> {
    const server = await startRecordingServer(answer);
    const run = await runMain([
      'patch',
      'id:abc',
      '--pending',
      '1',
      '--endpoint',
      server.url,
      '-o',
      'json',
      ...more,
    ]);
    await server.close();
    return run;
  }

  test('a throttled PATCH is sent again after Retry-After, with a message', async () => {
    const run = await patchAgainst(answersInTurn([429, { 'retry-after': '7' }]));
    expect(run.code).toBe(0);
    expect(run.sleeps).toHaveLength(1);
    expect(run.sleeps[0]).toBeGreaterThanOrEqual(7_000);
    expect(run.sleeps[0]).toBeLessThan(8_001);
    expect(run.stderr).toContain('PATCH is sent again');
  });

  test('Retry-After as a date', async () => {
    const run = await patchAgainst(
      answersInTurn([
        503,
        { 'retry-after': 'Fri, 02 Jan 2026 03:04:15 GMT', date: 'Fri, 02 Jan 2026 03:04:05 GMT' },
      ]),
    );
    expect(run.code).toBe(0);
    expect(run.sleeps[0]).toBeGreaterThanOrEqual(9_000);
    expect(run.sleeps[0]).toBeLessThan(11_000);
  });

  test('without Retry-After the waits increase', async () => {
    const run = await patchAgainst(answersInTurn([429], [502], [504]));
    expect(run.code).toBe(0);
    expect(run.sleeps).toEqual([750, 1500, 3000]);
  });

  test('a Retry-After above the limit ends the retries', async () => {
    const run = await patchAgainst(answersInTurn([429, { 'retry-after': '3600' }]));
    expect(run.code).toBe(6);
    expect(run.sleeps).toEqual([]);
  });

  test('after a 503 the connection is a new one, after a 429 the same', async () => {
    const ports: (number | undefined)[] = [];
    const statuses = answersInTurn([429, { 'retry-after': '0' }], [503, { 'retry-after': '0' }]);
    const run = await patchAgainst((request, response) => {
      ports.push(response.socket?.remotePort);
      statuses(request, response);
    });
    expect(run.code).toBe(0);
    const [first, second, third] = ports;
    expect([ports.length, second === first, third === second]).toEqual([3, true, false]);
  });

  test('--retries 0 tries once', async () => {
    const run = await patchAgainst(answersInTurn([429]), '--retries', '0');
    expect(run.code).toBe(6);
  });
});
