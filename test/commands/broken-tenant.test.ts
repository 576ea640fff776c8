import { mkdtempSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { PageData } from '../../src/report/page-data.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { runMain } from '../support/run-main.ts';

/** What `list` and `report` show of a tenant of which a part cannot be read, or is listed twice. */

const open: RecordingServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** The answer to a request: a value, an error status, a page of a proxy, or a closed connection. */
type Reply = { readonly value: unknown } | number | 'html' | 'cut';

interface ReadRequest {
  /** The path below the API version, as it was sent. */
  readonly path: string;
  readonly url: string;
}

/** @param batches whether the service supports `$batch`; without it, each read is a separate request */
async function serve(answer: (asked: ReadRequest) => Reply, batches = false): Promise<RecordingServer> {
  const server = await startRecordingServer(({ path, body }, response) => {
    const asked = (one: string): ReadRequest => ({ path: one.replace(/^\/beta/i, ''), url: server.url });
    if (!path.endsWith('/$batch')) return respond(response, answer(asked(path)));
    if (!batches) return respond(response, 404);
    const { requests } = JSON.parse(body) as { requests: { id: string; url: string }[] };
    const responses = requests.map(({ id, url }) => {
      const reply = answer(asked(url));
      return { id, status: statusOf(reply), body: bodyOf(reply) };
    });
    return respond(response, { value: { responses } });
  });
  open.push(server);
  return server;
}

function respond(response: ServerResponse, reply: Reply): void {
  if (reply === 'cut') {
    response.socket?.destroy();
    return;
  }
  const type = reply === 'html' ? 'text/html' : 'application/json';
  response.writeHead(statusOf(reply), { 'content-type': type });
  response.end(
    reply === 'html' ? '<html><title>Access denied</title></html>' : JSON.stringify(bodyOf(reply)),
  );
}

function statusOf(reply: Reply): number {
  if (typeof reply === 'number') return reply;
  return reply === 'html' ? 403 : 200;
}

function bodyOf(reply: Reply): unknown {
  if (typeof reply !== 'number') return typeof reply === 'object' ? reply.value : undefined;
  return {
    error: { code: `E${reply}`, message: `Says ${reply}.`, innerError: { 'request-id': 'r-1' } },
  };
}

const COUNTS = {
  ...{ pendingCount: 1, notApplicableCount: 0, notApplicablePlatformCount: 0, successCount: 2 },
  ...{ errorCount: 0, failedCount: 0, conflictCount: 0 },
};
const bare = (id: string) => ({
  id,
  displayName: `The ${id}`,
  '@odata.type': '#microsoft.graph.iosCustomConfiguration',
});
const whole = (id: string) => ({ ...bare(id), deviceStatusOverview: COUNTS });

/** The output of a command for a tenant. */
interface Shown {
  readonly code: number;
  /** Each configuration with its devices, or with its error. */
  readonly rows: readonly string[];
  /** Lines of standard error: the last one is JSON where there is an error. */
  readonly stderr: readonly string[];
}

const ARGS = ['-o', 'json', '--retries', '0'];

async function listed({ url }: RecordingServer): Promise<Shown> {
  const { code, stdout, stderr } = await runMain(['list', ...ARGS, '--endpoint', url]);
  const records = stdout === '' ? [] : JSON.parse(stdout);
  return {
    code,
    rows: records.map(
      ({
        deviceConfigurationId: id,
        overview,
        error,
      }: {
        deviceConfigurationId: string;
        overview?: typeof COUNTS;
        error?: { message: string };
      }) => `${id}: ${overview ? overview.pendingCount + overview.successCount : error?.message}`,
    ),
    stderr: linesOf(stderr),
  };
}

/** The rows of the page; the record must have the same counts. */
async function reported({ url }: RecordingServer): Promise<Shown> {
  const out = join(mkdtempSync(join(tmpdir(), 'graph-overview-broken-')), 'page.html');
  const { code, stdout, stderr } = await runMain(['report', ...ARGS, '--out', out, '--endpoint', url]);
  if (stdout === '') return { code, rows: [], stderr: linesOf(stderr) };
  const html = readFileSync(out, 'utf8');
  const [, json = ''] = /id="data">(.*?)<\/script>/s.exec(html) ?? [];
  const { rows } = JSON.parse(json) as PageData;
  const record = JSON.parse(stdout);
  expect(record).toMatchObject({
    configurations: rows.length,
    devices: 3 * rows.filter(({ counts }) => counts !== undefined).length,
    failed: rows.filter(({ error }) => error !== undefined).length,
    incomplete: 0,
  });
  return {
    code,
    rows: rows.map(
      ({ id, counts, error }) =>
        `${id}: ${counts?.reduce<number>((sum, count) => sum + Number(count), 0) ?? error}`,
    ),
    stderr: linesOf(stderr),
  };
}

function linesOf(stderr: string): string[] {
  const lines = stderr.replace(/"clientRequestId":"[^"]*"/, '"clientRequestId":"THE-ID"').split('\n');
  return lines.slice(0, -1);
}

describe.each([
  [
    'list',
    listed,
    'the rows without counts are these configurations; `graph-overview get <id>` shows the details of one',
  ],
  [
    'report',
    reported,
    'the page shows them with their errors; `graph-overview get <id>` shows the details of one',
  ],
] as const)('%s', (_command, show, hint) => {
  const partial = (unread: number, all: number): string =>
    JSON.stringify({
      error: {
        kind: 'partial',
        message: `the overviews of ${unread} of ${all} configurations could not be read`,
        exitCode: 8,
        status: null,
        code: null,
        requestId: null,
        clientRequestId: null,
        hint,
      },
    });

  /** A tenant of a, b and c: b answers with `status`, and the expanded page with `expanded`. */
  const oneBroken = (status: number, expanded: Reply | undefined) => (asked: ReadRequest) => {
    if (asked.path.includes('$expand') && expanded !== undefined) return expanded;
    if (asked.path.includes('$select')) return { value: { value: ['a', 'b', 'c'].map(bare) } };
    return asked.path.includes('/b/') ? status : { value: COUNTS };
  };

  test.each([
    ['403 where the service does not expand', 403, 400, false, 'Graph does not permit this: Says 403.'],
    ['403 in a batch', 403, 400, true, 'Graph does not permit this: Says 403.'],
    [
      '403 where the expanded page has no overviews',
      403,
      undefined,
      true,
      'Graph does not permit this: Says 403.',
    ],
    ['404 in a batch', 404, 400, true, /^(not found|Graph does not have it): Says 404\.$/],
    ['500, as the expanded page does', 500, 500, true, 'Graph refused: Says 500.'],
    ['500, as the expanded page does, without batches', 500, 500, false, 'Graph refused: Says 500.'],
    ['504, as the expanded page does', 504, 504, true, 'Graph is unavailable: Says 504.'],
  ] as const)(
    'shows the error in the record of a configuration that answers %s',
    async (_case, status, expanded, batches, message) => {
      const { code, rows, stderr } = await show(await serve(oneBroken(status, expanded), batches));
      const words = typeof message === 'string' ? message : expect.stringMatching(message);
      expect([rows[0], rows[1]?.replace(/^b: /, ''), rows[2], rows.length]).toEqual([
        'a: 3',
        words,
        'c: 3',
        3,
      ]);
      expect(stderr).toHaveLength(2);
      expect(stderr[0]).toBe(`warning: The b (b): ${rows[1]?.replace(/^b: /, '')}`);
      expect([code, JSON.parse(stderr[1] ?? '').error]).toEqual([8, JSON.parse(partial(1, 3)).error]);
    },
  );

  test('shows the error in every record if every configuration answers 403', async () => {
    const { code, rows, stderr } = await show(
      await serve(({ path }) => {
        if (path.includes('$expand')) return 400;
        return path.includes('$select') ? { value: { value: ['a', 'b'].map(bare) } } : 403;
      }, true),
    );
    expect(rows).toEqual(['a', 'b'].map((id) => `${id}: Graph does not permit this: Says 403.`));
    expect([code, JSON.parse(stderr.at(-1) ?? '').error]).toEqual([8, JSON.parse(partial(2, 2)).error]);
  });

  test.each([
    ['500', 500],
    ['504', 504],
  ])('reads the rest in batches if the second expanded page answers %s', async (_case, status) => {
    const server = await serve(({ path, url }) => {
      if (path.includes('/deviceStatusOverview')) return { value: COUNTS };
      if (!path.includes('$expand')) return { value: { value: ['a', 'b', 'c'].map(bare) } };
      if (path.includes('page=2')) return status;
      return { value: { value: [whole('a')], '@odata.nextLink': `${url}/beta${path}&page=2` } };
    }, true);
    expect(await show(server)).toEqual({ code: 0, rows: ['a: 3', 'b: 3', 'c: 3'], stderr: [] });
    // The configurations of the first page are not read again.
    const { requests } = JSON.parse(server.requests.find(({ path }) => path.endsWith('$batch'))?.body ?? '');
    expect(requests.map(({ url }: { url: string }) => /\/(\w)\/deviceStatus/.exec(url)?.[1])).toEqual([
      'b',
      'c',
    ]);
  });

  test.each([
    [403, 'permission', 4, 'Graph does not permit this: Says 403.'],
    [401, 'sign-in', 3, /Says 401\./],
    [503, 'throttled', 6, /Says 503\./],
    ['html', 'network', 7, /Access denied/],
    ['cut', 'network', 7, /connection|closed|cut/],
  ] as const)('shows the first page if the second fails with %s', async (reply, kind, exitCode, words) => {
    const { code, rows, stderr } = await show(
      await serve(({ path, url }) =>
        path.includes('page=2')
          ? reply
          : { value: { value: ['a', 'b'].map(whole), '@odata.nextLink': `${url}/beta${path}&page=2` } },
      ),
    );
    expect([code, rows]).toEqual([exitCode, ['a: 3', 'b: 3']]);
    const { error } = JSON.parse(stderr.at(-1) ?? '');
    expect(error).toMatchObject({ kind, exitCode });
    expect(error.message).toMatch(words);
    expect(error.message).toMatch(/; the 2 configurations read before it are shown$/);
  });

  test.each([
    [
      'one',
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      '1 configuration was listed twice and is counted once: the tenant changed while it was read',
    ],
    [
      'one in another letter case',
      [
        ['a', 'b'],
        ['B', 'c'],
      ],
      '1 configuration was listed twice and is counted once: the tenant changed while it was read',
    ],
    [
      'two',
      [
        ['a', 'b'],
        ['b', 'a', 'c'],
      ],
      '2 configurations were listed twice and are counted once: the tenant changed while it was read',
    ],
  ])('counts a configuration on two pages once, with a note: %s', async (_case, pages, note) => {
    const server = await serve(({ path, url }) => {
      const isSecond = path.includes('page=2');
      const value = (pages[isSecond ? 1 : 0] ?? []).map(whole);
      return { value: { value, ...(isSecond ? {} : { '@odata.nextLink': `${url}/beta${path}&page=2` }) } };
    });
    expect(await show(server)).toEqual({ code: 0, rows: ['a: 3', 'b: 3', 'c: 3'], stderr: [note] });
  });

  test.each([
    ['version in upper case', '/BETA/deviceManagement/deviceConfigurations?$skiptoken=abc'],
    ['escaped token', '/beta/deviceManagement/deviceConfigurations?$skiptoken=%7B%22n%22%3A1%7D%23%2b'],
    [
      'version in another letter case, and escaped token',
      '/Beta/deviceManagement/deviceConfigurations?$skiptoken=%7bX%7D&$top=%31',
    ],
    ['relative to the version', 'deviceManagement/deviceConfigurations?$skiptoken=%23'],
  ])('follows a next link without changing its query: %s', async (_case, link) => {
    const server = await serve(({ path, url }) => {
      if (path.includes('skiptoken')) return { value: { value: [whole('b')] } };
      return { value: { value: [whole('a')], '@odata.nextLink': link.startsWith('/') ? url + link : link } };
    });
    expect(await show(server)).toEqual({ code: 0, rows: ['a: 3', 'b: 3'], stderr: [] });
    const [, query = ''] = link.split('?');
    expect(server.requests[1]?.path).toBe(`/beta/deviceManagement/deviceConfigurations?${query}`);
  });

  test('does not follow a next link to another host', async () => {
    const { code, rows, stderr } = await show(
      await serve(() => ({
        value: { value: [whole('a')], '@odata.nextLink': 'https://graph.example/beta/deviceManagement/x' },
      })),
    );
    expect([code, rows]).toEqual([1, ['a: 3']]);
    expect(JSON.parse(stderr.at(-1) ?? '').error.message).toContain('leads to another address');
  });

  test('stops at a next link that leads back to the first page', async () => {
    const { code, rows, stderr } = await show(
      await serve(({ path, url }) => ({
        value: { value: [whole('a')], '@odata.nextLink': `${url}/beta${path}` },
      })),
    );
    expect([code, rows]).toEqual([1, ['a: 3']]);
    expect(JSON.parse(stderr.at(-1) ?? '').error.message).toBe(
      'the service repeats a link to a next page; the configuration read before it is shown',
    );
  });

  test('prints only the error if nothing can be read', async () => {
    const { code, rows, stderr } = await show(await serve(() => 403));
    expect([code, rows, stderr.length]).toEqual([4, [], 1]);
    expect(JSON.parse(stderr[0] ?? '').error).toMatchObject({
      ...{ kind: 'permission', exitCode: 4, status: 403, code: 'E403', requestId: 'r-1' },
      message: 'Graph does not permit this: Says 403.',
    });
  });
});

describe('the configurations read before a page failed', () => {
  const halfRefused = ({ path, url }: ReadRequest): Reply =>
    path.includes('page=2')
      ? 403
      : { value: { value: ['a', 'b'].map(whole), '@odata.nextLink': `${url}/beta${path}&page=2` } };

  test('are printed as a table before the error', async () => {
    const { url } = await serve(halfRefused);
    const { code, stdout, stderr } = await runMain(['list', '--endpoint', url, '--retries', '0']);
    expect(code).toBe(4);
    expect(stdout).toMatch(/^The a +a .*^The b +b .*^Total +6 /ms);
    expect(stdout).toMatch(/\n2 configurations, 6 device states\n$/);
    expect(stderr).toMatch(
      /^error: Graph does not permit this: Says 403\.; the 2 configurations read before it are shown\n {2}status: 403 {2}code: E403 {2}request-id: r-1 {2}client-request-id: \S+\nhint: .*DeviceManagementConfiguration\.Read\.All/,
    );
  });

  test('are sorted', async () => {
    const { url } = await serve(halfRefused);
    const { stdout } = await runMain(['list', ...ARGS, '--sort', '-name', '--endpoint', url]);
    expect(JSON.parse(stdout).map((one: { displayName: string }) => one.displayName)).toEqual([
      'The b',
      'The a',
    ]);
  });

  test('are in a report that says that it is incomplete', async () => {
    const { url } = await serve(halfRefused);
    const { code, stdout } = await runMain(['report', '--endpoint', url, '--retries', '0']);
    expect(code).toBe(4);
    expect(stdout).toContain(', beta; incomplete, as reading it failed<br>');
    expect(stdout).toContain('"The b"');
  });

  test('are not a report with --compare, where the others would be listed as removed', async () => {
    const { url } = await serve(halfRefused);
    const before = JSON.stringify([{ deviceConfigurationId: 'c', overview: COUNTS }]);
    const args = ['report', '--compare', '-', '--endpoint', url, '--retries', '0'];
    const { code, stdout, stderr } = await runMain(args, { input: before });
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/^error: Graph does not permit this: Says 403\.\n/);
  });
});

test('report lists a configuration that could not be read at the top of the page, with its error', async () => {
  const { url } = await serve(({ path }) => {
    if (path.includes('$expand')) return 500;
    if (path.includes('$select')) return { value: { value: ['a', 'b'].map(bare) } };
    return path.includes('/b/') ? 403 : { value: COUNTS };
  });
  const { code, stdout } = await runMain(['report', '--endpoint', url, '--retries', '0']);
  expect(code).toBe(8);
  const [worst = ''] = /<section aria-labelledby="worst">.*?<\/section>/s.exec(stdout) ?? [];
  expect(worst).toContain('Could not be read: 1');
  expect(worst).toContain('The b');
  expect(worst).toContain('<bdi>Graph does not permit this: Says 403.</bdi>');
});
