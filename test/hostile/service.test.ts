import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createPlainServer, type Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { type Run, runMain, stateFolder } from '../support/run-main.ts';

/** Answers of a malicious service. */

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answering(answer: (response: ServerResponse, path: string) => void): Promise<string> {
  return listening(
    createServer(async (request, response) => {
      response.on('error', () => undefined);
      request.resume().on('end', () => answer(response, request.url ?? ''));
    }),
  );
}

function json(response: ServerResponse, text: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}

/** Sends raw bytes, valid HTTP or not. */
function sendingBytes(
  write: (send: (text: string) => boolean, ended: () => boolean) => void,
): Promise<string> {
  return listening(
    createPlainServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () =>
        write(
          (text) => socket.write(text),
          () => socket.destroyed,
        ),
      );
    }),
  );
}

function get(url: string, ...more: string[]): Promise<Run> {
  return runMain(['get', 'id:x', '--endpoint', url, '--retries', '0', '-o', 'json', ...more]);
}

function errorOf({ stderr }: Run): Record<string, unknown> {
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('an endless answer', () => {
  test('is rejected at 64 MiB', async () => {
    const url = await answering((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const part = Buffer.alloc(1024 * 1024, ' ');
      const more = (): void => {
        while (!response.destroyed && response.write(part));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const run = await get(url);
    expect(run.code).toBe(7);
    expect(errorOf(run).message).toBe('the answer is larger than 64 MiB');
  });

  test('in single bytes needs little memory', async () => {
    const bytes = 3_000_000;
    const url = await sendingBytes((send, ended) => {
      send('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
      const part = '1\r\n \r\n'.repeat(50_000);
      let sent = 0;
      const more = (): void => {
        if (ended()) return;
        sent += 50_000;
        send(sent < bytes ? part : '12\r\n{"pendingCount":1}\r\n0\r\n\r\n');
        if (sent < bytes) setImmediate(more);
      };
      more();
    });
    const run = await get(url);
    expect([run.code, JSON.parse(run.stdout)]).toEqual([0, { pendingCount: 1 }]);
  });

  test('that arrives slowly ends with the time-out', async () => {
    const url = await sendingBytes((send, ended) => {
      send('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{');
      const drip = setInterval(() => (ended() ? clearInterval(drip) : send(' ')), 20);
    });
    const run = await get(url, '--timeout', '300ms');
    expect(run.code).toBe(7);
    expect(errorOf(run).message).toContain('within 0.3 s');
  });

  test('with headers that arrive slowly ends with the time-out', async () => {
    const url = await sendingBytes((send, ended) => {
      send('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => (ended() ? clearInterval(drip) : send('x: y\r\n')), 20);
    });
    const run = await get(url, '--timeout', '300ms');
    expect([run.code, errorOf(run).code]).toEqual([7, 'ETIMEDOUT']);
  });

  test.each([
    ['are empty', []],
    ['are the same', [{ id: 'a', displayName: 'A', deviceStatusOverview: { id: 'a' } }]],
  ])('of pages that %s ends with an error', async (_, value) => {
    let page = 0;
    const url = await answering((response) => {
      page += 1;
      json(response, JSON.stringify({ value, '@odata.nextLink': `${url}/beta/x?$skiptoken=${page}` }));
    });
    const run = await runMain(['list', '--endpoint', url, '-o', 'json']);
    expect(run.code).toBe(1);
    expect(errorOf(run).message).toContain('pages in a row that are empty or repeat others');
    expect(page).toBeLessThan(110);
  });
});

describe('an answer that is too large', () => {
  test('after decompression is an error', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '), { level: 1 });
    const url = await answering((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(bomb);
    });
    const run = await get(url);
    expect(run.code).toBe(7);
    expect(errorOf(run).message).toBe('the answer is larger than 64 MiB');
  });

  test('in its headers is an error', async () => {
    const url = await sendingBytes((send) =>
      send(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(1_000_000)}\r\n\r\n{}`),
    );
    const run = await get(url);
    expect(run.code).toBe(7);
    expect(errorOf(run).message).toContain('the headers of the answer are too large');
  });

  test('in its message is truncated', async () => {
    const words = 'x'.repeat(5_000_000);
    const url = await answering((response) =>
      json(response, JSON.stringify({ error: { code: words, message: words } }), 400),
    );
    expect((await get(url)).stderr.length).toBeLessThan(4_000);
  });

  test('with an HTML page of many titles is processed quickly', async () => {
    const url = await answering((response) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<title'.repeat(500_000));
    });
    const run = await get(url);
    expect([run.code, errorOf(run).message]).toEqual([
      7,
      'a proxy or gateway answered instead of Graph: 502 with an HTML page',
    ]);
  });

  test.each([
    [['get', 'id:x'], (deep: string) => `{"pendingCount":${deep}}`],
    [['patch', 'id:x', '--pending', '1'], (deep: string) => `{"pendingCount":${deep}}`],
    [['patch', 'id:x', '--pending', '1', '--diff'], (deep: string) => `{"pendingCount":${deep}}`],
    [['list'], (deep: string) => `{"value":[{"id":"a","deviceStatusOverview":{"x":${deep}}}]}`],
  ])('in the depth of its JSON is an error: %j', async (argv, body) => {
    const url = await answering((response) => json(response, body(nested(100_000))));
    const run = await runMain([...argv, '--endpoint', url, '-o', 'json'], {
      env: { GRAPH_OVERVIEW_STATE: stateFolder() },
    });
    expect(run.code).toBe(1);
    expect(errorOf(run)).toMatchObject({
      kind: 'graph',
      message: expect.stringContaining('nested too deeply'),
    });
  });

  test('in the depth of an error body is an error', async () => {
    const url = await answering((response) =>
      json(response, `{"error":{"message":"m","innerError":${nested(100_000)}}}`, 400),
    );
    expect(errorOf(await get(url)).kind).toBe('graph');
  });

  test('in its Retry-After is not waited for', async () => {
    const url = await answering((response, path) => {
      if (path.endsWith('$batch')) return json(response, '{}', 404);
      response.writeHead(429, { 'retry-after': '99999999999999' }).end();
    });
    expect((await get(url, '--retries', '5')).sleeps).toEqual([]);
    const argv = ['apply', '-', '--yes', '--no-read', '--endpoint', url, '-o', 'json'];
    const run = await runMain(argv, { input: 'deviceConfigurationId,pending\na,1\n' });
    expect([run.code, JSON.parse(run.stdout).failed]).toEqual([8, 1]);
    expect(run.sleeps).toEqual([]);
  });
});

describe('an answer of another form', () => {
  test.each([
    '{"responses":[null,1,"x",[],{}]}',
    '{"responses":[{"id":{"toString":1},"status":200}]}',
    '{"responses":[{"id":"0","status":"200","headers":"x"},{"id":"1","status":200,"body":[]}]}',
    '{"responses":[{"id":"0","status":429,"headers":{"Retry-After":{"toString":1}}}]}',
  ])('fails the rows of a batch: %s', async (body) => {
    const url = await answering((response, path) => {
      json(
        response,
        path.endsWith('$batch') ? body : '{"value":[null,1,{"id":{}},{"id":"a","deviceStatusOverview":7}]}',
      );
    });
    const input = `deviceConfigurationId,pending\n${['a', 'b', 'c', 'd', 'e'].map((id) => `${id},1`).join('\n')}\n`;
    const run = await runMain(['apply', '-', '--yes', '--endpoint', url, '-o', 'json'], { input });
    expect(run.stderr).not.toContain('this is a defect');
    const { rows } = JSON.parse(run.stdout) as { rows: { status: string }[] };
    expect(rows.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed', 'failed', 'failed']);
  });
});

describe('a value that cannot be converted to a string', () => {
  test.each([
    ['get', 'id:x'],
    ['patch', 'id:x', '--pending', '1'],
    ['patch', 'id:x', '--pending', '1', '--diff'],
    ['list'],
  ])('is shown as its JSON: %j %j %j %j', async (...argv) => {
    const odd = '{"pendingCount":{"toString":0},"lastUpdateDateTime":{"valueOf":[]},"id":{"toJSON":1}}';
    const url = await answering((response, path) =>
      json(response, path.includes('?') ? `{"value":[{"id":"x","deviceStatusOverview":${odd}}]}` : odd),
    );
    for (const format of ['table', 'markdown', 'csv', 'tsv', 'yaml']) {
      const env = { GRAPH_OVERVIEW_STATE: stateFolder() };
      const { stderr } = await runMain([...argv, '--endpoint', url, '-o', format], { env });
      expect(stderr).not.toContain('this is a defect');
    }
  });
});

describe('an id that would change the path', () => {
  test.each(['..', '.', '', '\ud800', 'a\u0000b'])('%j is not requested', async (id) => {
    const requested: string[] = [];
    const url = await answering((response, path) => {
      requested.push(path);
      json(response, JSON.stringify({ value: [{ id }] }));
    });
    const run = await runMain(['list', '--endpoint', url, '-o', 'json']);
    expect([run.code, errorOf(run).message]).toEqual([
      1,
      expect.stringContaining('listed a configuration whose id'),
    ]);
    expect(requested).toHaveLength(1);
  });
});

describe('names with control characters', () => {
  const NAMES = [
    '\u001b[2J\u001b]0;owned\u0007',
    '\u202egpj.exe\u2066x\u2069',
    'a\u200eb\u200fc',
    '\u009b31m',
    'two\nlines\r',
  ];

  test.each(['table', 'markdown', 'json', 'jsonl', 'csv', 'tsv', 'yaml'])(
    'are escaped: %s',
    async (format) => {
      const value = NAMES.map((displayName, index) => ({
        id: `id-${index}`,
        displayName,
        '@odata.type': displayName,
        deviceStatusOverview: { pendingCount: 1, lastUpdateDateTime: displayName },
      }));
      const url = await answering((response) => json(response, JSON.stringify({ value })));
      const run = await runMain(['list', '--endpoint', url, '-o', format, '--color', 'never'], {
        columns: 120,
      });
      expect(run.code).toBe(0);
      expect(run.stdout).toContain('id-4');
      // A line break ends a record, and a tab a cell of tsv.
      expect(run.stdout.replaceAll(format === 'tsv' ? /[\n\t]/g : '\n', '')).not.toMatch(
        /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/,
      );
    },
  );
});

describe('names that are commands for a pipeline', () => {
  const NAMES = [
    '##vso[task.setvariable variable=PATH]/tmp',
    'a ##[add-mask]b',
    '::stop-commands::x',
    ' ::error::x',
    '###vso[task.complete]',
    'a\n::error::x',
    '\t::error::x',
  ];
  const COMMAND = /##\w*\[|^\s*::/m;

  async function listed(...argv: string[]): Promise<string> {
    const value = NAMES.map((displayName, index) => ({
      id: `id-${index}`,
      displayName,
      '@odata.type': displayName,
      deviceStatusOverview: { pendingCount: 1, [displayName]: displayName },
    }));
    const url = await answering((response) => json(response, JSON.stringify({ value })));
    const { stdout, stderr } = await runMain(['list', '--endpoint', url, '--debug', ...argv]);
    expect(stderr).not.toMatch(COMMAND);
    return stdout;
  }

  test.each(['table', 'wide', 'markdown', 'json', 'jsonl', 'yaml'])('are none in %s', async (format) => {
    const stdout = await listed('-o', format, '--color', 'never');
    expect(stdout).toContain('id-6');
    expect(stdout).not.toMatch(COMMAND);
  });

  test.each(['json', 'yaml'])('are the same values in %s', async (format) => {
    const stdout = await listed('-o', format, '--query', '[].displayName');
    expect(stdout).not.toMatch(COMMAND);
    expect(format === 'json' ? JSON.parse(stdout) : parseYaml(stdout)).toEqual(NAMES);
    for (const index of NAMES.keys())
      expect(await listed('-o', 'yaml', '--query', `[${index}].displayName`)).not.toMatch(COMMAND);
  });

  test('are none in an error', async () => {
    const message = '::error::x ##vso[task.complete]';
    const body = JSON.stringify({ error: { code: '##[add-path]x', message } });
    const url = await answering((response) => json(response, body, 400));
    for (const format of ['table', 'json']) {
      const { stderr } = await runMain(['get', 'id:x', '--endpoint', url, '-o', format]);
      expect(stderr).toContain('task.complete');
      expect(stderr).not.toMatch(COMMAND);
    }
  });
});

describe('names that differ only in invisible characters', () => {
  const NAMES = [
    'Wi-Fi',
    'Wi\u200b-Fi',
    'Wi-Fi\u{e0041}',
    'Wi\u00ad-Fi',
    '\ufeffWi-Fi',
    'Wi\u2060-Fi',
    'Wi\u115f-Fi',
  ];
  const SHOWN = [
    'Wi-Fi',
    'Wi\\u{200b}-Fi',
    'Wi-Fi\\u{e0041}',
    'Wi\\u{ad}-Fi',
    '\\u{feff}Wi-Fi',
    'Wi\\u{2060}-Fi',
  ];
  const value = NAMES.map((displayName, index) => ({
    id: `id-${index}`,
    displayName,
    '@odata.type': '#microsoft.graph.iosCustomConfiguration',
    deviceStatusOverview: { pendingCount: 1 },
  }));

  test.each(['table', 'wide', 'markdown'])('are shown differently: %s', async (format) => {
    const url = await answering((response) => json(response, JSON.stringify({ value })));
    const run = await runMain(['list', '--endpoint', url, '-o', format, '--color', 'never'], {
      columns: 200,
    });
    expect(run.stdout).not.toMatch(/[\u200b\u00ad\ufeff\u2060\u115f\u{e0041}]/u);
    // Markdown escapes the backslash itself.
    const plain = run.stdout.replaceAll('\\', '');
    for (const shown of SHOWN) expect(plain).toContain(shown.replaceAll('\\', ''));
  });

  test.each(['table', 'json'])('are shown differently in an error: %s', async (format) => {
    const url = await answering((response) => json(response, JSON.stringify({ value })));
    const run = await runMain(['get', 'name:Wi-Fj', '--endpoint', url, '-o', format]);
    expect(run.code).toBe(5);
    expect(run.stderr).toMatch(/200b/);
    expect(run.stderr).not.toMatch(/[\u200b\u00ad\ufeff\u2060\u115f\u{e0041}]/u);
  });
});
