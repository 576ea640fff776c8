import { afterEach, describe, expect, test } from '@jest/globals';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type Run, runMain } from '../support/run-main.ts';

/** A tenant of which some part cannot be read, as `list` and `report` show it. */

const open: RecordingServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

interface Reply {
  readonly status?: number;
  readonly body: unknown;
}

const refused = (status: number): Reply => ({
  status,
  body: { error: { code: `E${status}`, message: `Says ${status}.`, innerError: { 'request-id': 'r-1' } } },
});

/** A service without batches, so that every request can be seen. */
async function serve(answer: (path: string, url: string) => Reply): Promise<string> {
  const server = await startRecordingServer(({ path }, response) => {
    const { status = 200, body } = path.includes('$batch') ? refused(404) : answer(path, server.url);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  open.push(server);
  return server.url;
}

const head = (id: string) => ({
  id,
  displayName: `The ${id}`,
  '@odata.type': '#microsoft.graph.iosCustomConfiguration',
});
const COUNTS = {
  ...{
    pendingCount: 1,
    notApplicableCount: 0,
    notApplicablePlatformCount: 0,
    successCount: 2,
    errorCount: 0,
  },
  ...{ failedCount: 0, conflictCount: 0 },
};

async function run(argv: readonly string[], url: string): Promise<Pick<Run, 'code' | 'stdout' | 'stderr'>> {
  const { code, stdout, stderr } = await runMain([...argv, '--endpoint', url, '--retries', '0']);
  return {
    code,
    stdout,
    stderr: stderr.replace(/00000000-0000-4000-8000-\d{12}/g, 'THE-ID').replaceAll(url, 'THE-URL'),
  };
}

/** Two pages of which the second is refused. */
const halfRefused = (status: number) => (path: string, url: string) =>
  path.includes('page=2')
    ? refused(status)
    : {
        body: {
          value: ['a', 'b'].map((id) => ({ ...head(id), deviceStatusOverview: COUNTS })),
          '@odata.nextLink': `${url}${path}&page=2`,
        },
      };

describe('a page that fails', () => {
  const BROKEN = `error: Graph does not permit this: Says 403.; the 2 configurations read before it are shown
  status: 403  code: E403  request-id: r-1  client-request-id: THE-ID
hint: the sign-in needs the permission DeviceManagementConfiguration.Read.All, granted by an administrator; \`graph-overview doctor\` looks into it
`;

  test('comes after what was read before it: as a table', async () => {
    expect(await run(['list'], await serve(halfRefused(403)))).toEqual({
      code: 4,
      stdout: `Name   Id  Type                    Devices     Pending     Success      Error     Failed   Conflict        N/A
──────────────────────────────────────────────────────────────────────────────────────────────────────────────
The a  a   iosCustomConfiguration        3  1 (33.3 %)  2 (66.7 %)  0 (0.0 %)  0 (0.0 %)  0 (0.0 %)  0 (0.0 %)
The b  b   iosCustomConfiguration        3  1 (33.3 %)  2 (66.7 %)  0 (0.0 %)  0 (0.0 %)  0 (0.0 %)  0 (0.0 %)
Total                                    6  2 (33.3 %)  4 (66.7 %)  0 (0.0 %)  0 (0.0 %)  0 (0.0 %)  0 (0.0 %)
2 configurations, 6 device states
`,
      stderr: BROKEN,
    });
  });

  test('as JSON and sorted', async () => {
    const ran = await run(['list', '-o', 'json', '--sort', '-name'], await serve(halfRefused(403)));
    expect(JSON.parse(ran.stdout).map((one: { displayName: string }) => one.displayName)).toEqual([
      'The b',
      'The a',
    ]);
    expect(ran.code).toBe(4);
    expect(JSON.parse(ran.stderr).error).toEqual({
      ...{ kind: 'permission', exitCode: 4, status: 403, code: 'E403', requestId: 'r-1' },
      message: 'Graph does not permit this: Says 403.; the 2 configurations read before it are shown',
      clientRequestId: 'THE-ID',
      hint: 'the sign-in needs the permission DeviceManagementConfiguration.Read.All, granted by an administrator; `graph-overview doctor` looks into it',
    });
  });

  test('as a page of `report`, which says that it is incomplete', async () => {
    const { code, stdout, stderr } = await run(['report'], await serve(halfRefused(403)));
    expect([code, stderr]).toEqual([4, BROKEN]);
    expect(stdout).toContain(', beta; incomplete, as reading it failed<br>');
    expect(stdout).toContain('"The b"');
  });

  test('is all there is to say where nothing was read before it', async () => {
    expect(await run(['list'], await serve(() => refused(403)))).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringContaining('error: Graph does not permit this: Says 403.\n'),
    });
  });
});

describe('one configuration that cannot be read', () => {
  const byItself = (status: number, expanded: Reply | undefined) => (path: string) => {
    if (path.includes('$expand') && expanded !== undefined) return expanded;
    if (path.includes('$select')) return { body: { value: ['a', 'b'].map(head) } };
    return path.includes('/b/') ? refused(status) : { body: COUNTS };
  };

  test.each([
    [403, refused(400), 'Graph does not permit this: Says 403.', 'permission'],
    [500, refused(500), 'Graph refused: Says 500.', 'graph'],
    [504, refused(504), 'Graph is unavailable: Says 504.', 'throttled'],
    [403, undefined, 'Graph does not permit this: Says 403.', 'permission'],
  ])('with %i is a record with its error', async (status, expanded, message, kind) => {
    const ran = await run(['list', '-o', 'json'], await serve(byItself(status, expanded)));
    expect(JSON.parse(ran.stdout)).toEqual([
      { ...renamed('a'), overview: COUNTS },
      { ...renamed('b'), error: { kind, message, code: `E${status}` } },
    ]);
    expect(ran.code).toBe(8);
    const [warning = '', error = ''] = ran.stderr.trim().split('\n');
    expect(warning).toBe(`warning: b: ${message}`);
    expect(JSON.parse(error).error).toMatchObject({
      ...{ kind: 'partial', exitCode: 8 },
      message: 'the overviews of 1 of 2 configurations could not be read',
    });
  });

  test('is shown by `report` with its error', async () => {
    const ran = await run(['report'], await serve(byItself(403, refused(500))));
    expect(ran.code).toBe(8);
    expect(ran.stdout).toContain('"Graph does not permit this: Says 403."');
  });
});

function renamed(id: string) {
  const { id: deviceConfigurationId, ...rest } = head(id);
  return { deviceConfigurationId, ...rest };
}

test('a configuration on two pages counts once, with a note', async () => {
  const url = await serve((path, base) => ({
    body: {
      value: (path.includes('page=2') ? ['b', 'c'] : ['a', 'b']).map((id) => ({
        ...head(id),
        deviceStatusOverview: COUNTS,
      })),
      ...(path.includes('page=2') ? {} : { '@odata.nextLink': `${base}${path}&page=2` }),
    },
  }));
  const ran = await run(['list', '-o', 'json'], url);
  expect(JSON.parse(ran.stdout)).toHaveLength(3);
  expect([ran.code, ran.stderr]).toEqual([
    0,
    '1 configuration came twice and counts once: the tenant changed while it was read\n',
  ]);
});
