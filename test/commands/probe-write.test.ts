import { afterEach, describe, expect, test } from '@jest/globals';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type Run, type RunOptions, runMain, stateFolder } from '../support/run-main.ts';

/** `doctor --probe-write` with services that store, ignore and reject writes. */

const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';

type Overview = Readonly<Record<string, unknown>>;

const OVERVIEW: Overview = {
  id: A,
  pendingCount: 3,
  notApplicableCount: 0,
  notApplicablePlatformCount: 0,
  successCount: 90,
  errorCount: 1,
  failedCount: 2,
  conflictCount: 0,
  lastUpdateDateTime: '2026-01-01T00:00:00.1234567+03:00',
  configurationVersion: 4,
};
const TYPE = { '@odata.type': '#microsoft.graph.deviceConfigurationDeviceOverview' };
const { id: _, ...PRESENT } = OVERVIEW;
/** The usual writes: the present values, one changed value, and that value restored. */
const SAME = { ...TYPE, ...PRESENT };
const CHANGED = { ...TYPE, lastUpdateDateTime: '2025-12-31T21:00:01.123Z' };
const RESTORED = { ...TYPE, lastUpdateDateTime: OVERVIEW.lastUpdateDateTime };

interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly cut?: boolean;
}

/** A service with one overview: what it answers to the nth write (from 1) of some values, and to a read. */
interface Service {
  readonly url: string;
  /** The stored overview. */
  stored: Overview;
  /** The bodies of all writes. */
  readonly written: unknown[];
}

const open: RecordingServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serve(
  write: (values: Overview, nth: number, service: Service) => Reply,
  {
    overview = OVERVIEW,
    read,
  }: { readonly overview?: Overview; readonly read?: (service: Service) => Overview } = {},
): Promise<Service> {
  const server = await startRecordingServer(({ method, path, body }, response) => {
    const reply = ((): Reply => {
      if (!path.includes('/deviceStatusOverview'))
        return { body: { value: [{ id: A, displayName: 'Corporate Wi-Fi' }] } };
      if (method === 'GET') return { body: read?.(service) ?? service.stored };
      const { '@odata.type': type, ...values } = JSON.parse(body);
      service.written.push({ '@odata.type': type, ...values });
      return write(values, service.written.length, service);
    })();
    if (reply.cut) return void response.socket?.destroy();
    response.writeHead(reply.status ?? 200, {
      'content-type': 'application/json',
      'request-id': 'r-1',
      // The time at which every run starts.
      date: 'Fri, 02 Jan 2026 03:04:05 GMT',
    });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  });
  open.push(server);
  const service: Service = { url: server.url, stored: overview, written: [] };
  return service;
}

const store = (values: Overview, _nth: number, service: Service): Reply => {
  service.stored = { ...service.stored, ...values };
  return { body: service.stored };
};
const problem = (status: number, code: string, message: string): Reply => ({
  status,
  body: { error: { code, message, innerError: { 'request-id': 'r-1' } } },
});

interface Probed extends Run {
  readonly write: Record<string, unknown> | undefined;
  readonly values: Record<string, unknown> | undefined;
}

async function probe(service: Service, options: RunOptions = {}, more = ['--yes']): Promise<Probed> {
  const argv = [
    'doctor',
    '--probe-write',
    A,
    '--endpoint',
    service.url,
    '--retries',
    '0',
    '-o',
    'json',
    ...more,
  ];
  const run = await runMain(argv, options);
  const checks = run.stdout === '' ? [] : (JSON.parse(run.stdout) as Record<string, unknown>[]);
  const named = (name: string) => checks.find(({ check }) => check === name);
  return { ...run, write: named('Write'), values: named('Values') };
}

const AS_BEFORE = { check: 'Values', verdict: 'ok', detail: 'as before the check', remedy: null };
const STORES = {
  check: 'Write',
  verdict: 'ok',
  detail:
    'the service stores what is written: lastUpdateDateTime, moved by a second for this check, was read back',
  remedy: null,
};
const ignores = (answer: string) => ({
  check: 'Write',
  verdict: 'warn',
  detail: `the service accepts and ignores what is written: lastUpdateDateTime, moved by a second for this check, had its old value for 10 s; the answer had ${answer}`,
  remedy:
    'expect exit code 9 of `patch` and `apply`, which `--lenient` reports as a warning: Intune may keep the numbers it computes',
});

describe('a service that stores writes', () => {
  test('is recognized by a value that is changed, read and restored', async () => {
    const service = await serve(store);
    const { code, write, values } = await probe(service);
    expect([code, write, values]).toEqual([0, STORES, AS_BEFORE]);
    expect(service.written).toEqual([SAME, CHANGED, RESTORED]);
    expect(service.stored).toEqual(OVERVIEW);
  });

  test.each<readonly [what: string, write: Parameters<typeof serve>[0]]>([
    ['answers 204', (...given) => ({ ...store(...given), status: 204, body: undefined })],
    ['answers without a body', (...given) => ({ ...store(...given), body: undefined })],
    [
      'answers with the previous overview',
      (values, nth, service) => {
        const before = service.stored;
        store(values, nth, service);
        return { body: before };
      },
    ],
  ])('is recognized if it %s', async (_what, write) => {
    const service = await serve(write);
    expect(await probe(service)).toMatchObject({ code: 0, write: STORES, values: AS_BEFORE });
    expect(service.stored).toEqual(OVERVIEW);
  });

  test('is recognized if reads lag behind', async () => {
    let reads = 0;
    let shown = OVERVIEW;
    const lagging = await serve(store, {
      read(service) {
        reads += 1;
        // Every third read is up to date.
        if (reads % 3 === 0) shown = service.stored;
        return shown;
      },
    });
    expect(await probe(lagging)).toMatchObject({ code: 0, write: STORES, values: AS_BEFORE });
    expect(lagging.stored).toEqual(OVERVIEW);
  });

  test('and sets the date itself is recognized by the version', async () => {
    const stamps = await serve((values, nth, service) =>
      store({ ...values, lastUpdateDateTime: `2026-01-02T03:04:0${nth}Z` }, nth, service),
    );
    const { code, write, values } = await probe(stamps);
    expect([code, write]).toEqual([
      0,
      {
        ...STORES,
        detail:
          'the service stores what is written: configurationVersion, raised by one for this check, was read back',
      },
    ]);
    expect(values).toEqual({
      check: 'Values',
      verdict: 'warn',
      detail: 'lastUpdateDateTime changed during the check, but not by what it sent',
      remedy: 'nothing to do: the service or another client changed it',
    });
    expect(stamps.stored).toMatchObject({ ...OVERVIEW, lastUpdateDateTime: expect.any(String) });
  });

  test.each<readonly [what: string, overview: Overview, marker: Overview, words: string]>([
    [
      'no date',
      { ...OVERVIEW, lastUpdateDateTime: null },
      { configurationVersion: 5 },
      'configurationVersion, raised by one for this check',
    ],
    [
      'the largest version, and no date',
      { ...OVERVIEW, lastUpdateDateTime: 'yesterday', configurationVersion: 2_147_483_647 },
      { configurationVersion: 2_147_483_646 },
      'configurationVersion, lowered by one for this check',
    ],
    [
      'only a count',
      { id: A, pendingCount: 7, failedCount: '8' },
      { pendingCount: 8 },
      'pendingCount, raised by one for this check',
    ],
    [
      'the date 0001-01-01',
      { ...OVERVIEW, lastUpdateDateTime: '0001-01-01T00:00:00Z' },
      { lastUpdateDateTime: '0001-01-01T00:00:01Z' },
      'lastUpdateDateTime, moved by a second for this check',
    ],
  ])('is recognized with an overview that has %s', async (_what, overview, marker, words) => {
    const service = await serve(store, { overview });
    const { code, write } = await probe(service);
    expect([code, write?.detail]).toEqual([0, `the service stores what is written: ${words}, was read back`]);
    expect(service.written[1]).toEqual({ ...TYPE, ...marker });
    expect(service.stored).toEqual(overview);
  });
});

describe('a service that ignores writes', () => {
  test.each<readonly [what: string, write: Parameters<typeof serve>[0], answer: string]>([
    [
      'the sent values',
      (values, _nth, service) => ({ body: { ...service.stored, ...values } }),
      'the value that was sent',
    ],
    ['the stored values', (_values, _nth, service) => ({ body: service.stored }), 'the value before'],
    ['nothing', () => ({ status: 204 }), 'no value'],
  ])('and answers with %s is reported after ten seconds', async (_what, write, answer) => {
    const service = await serve(write);
    const { code, write: found, values, sleeps } = await probe(service);
    expect([code, found, values]).toEqual([0, ignores(answer), AS_BEFORE]);
    expect(sleeps.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(10_000);
    expect(service.written).toEqual([SAME, CHANGED, RESTORED]);
  });
});

describe('a service that rejects writes', () => {
  const role = JSON.stringify({
    _version: 3,
    Message:
      'An error has occurred - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: 1 - Url: https://fef.amsua0502.manage.microsoft.com/DeviceConfiguration',
  });

  test.each<readonly [what: string, reply: Reply, code: number, detail: RegExp]>([
    ['403', problem(403, 'Forbidden', 'Not allowed.'), 4, /^the service refuses the write: .*Not allowed\./],
    ['403 of Intune', problem(403, 'Forbidden', role), 4, /^the service refuses the write: .*Intune/],
    [
      '400',
      problem(400, 'BadRequest', 'No OData route exists that match template'),
      5,
      /^the service refuses the write: /,
    ],
    [
      '405',
      problem(405, 'MethodNotAllowed', 'PATCH is not allowed.'),
      1,
      /^the service refuses the write: .*PATCH is not allowed\./,
    ],
    ['409', problem(409, 'Conflict', 'Locked.'), 1, /^the service refuses the write: /],
  ])('with %s receives no further write', async (_what, reply, code, detail) => {
    const service = await serve(() => reply);
    const { code: ended, write, values, stderr } = await probe(service);
    expect([ended, write?.verdict, write?.detail]).toEqual([code, 'fail', expect.stringMatching(detail)]);
    expect(values).toEqual(AS_BEFORE);
    expect(service.written).toEqual([SAME]);
    const { error } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
    expect([error.exitCode, error.message]).toEqual([code, `Write: ${write?.detail}`]);
  });

  test('but accepts the present values is reported, and nothing is changed', async () => {
    const service = await serve((values, nth, one) =>
      nth === 2 ? problem(400, 'BadRequest', 'Read-only.') : store(values, nth, one),
    );
    const { code, write, values } = await probe(service);
    expect([code, write?.verdict, write?.detail]).toEqual([
      1,
      'fail',
      expect.stringMatching(/refuses the write.*Read-only/),
    ]);
    expect([values, service.stored]).toEqual([AS_BEFORE, OVERVIEW]);
  });
});

describe('a service that neither stores nor rejects writes', () => {
  test.each<readonly [what: string, reply: Reply, code: number]>([
    ['503', problem(503, 'Busy', 'Busy.'), 6],
    ['429', problem(429, 'TooManyRequests', 'Slow down.'), 6],
    ['500', problem(500, 'InternalServerError', 'Oops.'), 1],
    ['a cut connection', { cut: true }, 7],
  ])('and answers %s is not reported as rejecting them', async (_what, reply, code) => {
    const service = await serve(() => reply);
    const { code: ended, write, values } = await probe(service);
    expect([ended, write?.verdict]).toEqual([code, 'fail']);
    expect(write?.detail).not.toContain('refuses');
    expect(values).toEqual(AS_BEFORE);
  });

  test('but stores a third value is reported, and the value is restored', async () => {
    const service = await serve((values, nth, one) =>
      store(nth === 2 ? { ...values, lastUpdateDateTime: '2030-01-01T00:00:00Z' } : values, nth, one),
    );
    const { code, write, values } = await probe(service);
    expect([code, write?.verdict, write?.detail]).toEqual([
      0,
      'warn',
      'whether the service stores what is written is unknown: lastUpdateDateTime was sent as "2025-12-31T21:00:01.123Z" and read as "2030-01-01T00:00:00Z"',
    ]);
    expect([values, service.stored]).toEqual([AS_BEFORE, OVERVIEW]);
  });

  test('because the overview has no value to write receives no write', async () => {
    const service = await serve(store, { overview: { id: A, failedCount: null } });
    const { code, write, values } = await probe(service);
    expect([code, write?.verdict, write?.detail]).toEqual([
      0,
      'warn',
      'the overview has no value that can be written back',
    ]);
    expect([values, service.written]).toEqual([AS_BEFORE, []]);
  });

  test('because the overview cannot be read receives no write', async () => {
    const service = await serve(store, { overview: {} });
    const { code, write, values } = await probe(service);
    expect([code, write?.verdict, values, service.written]).toEqual([1, 'fail', undefined, []]);
  });
});

describe('the restoring write of doctor --probe-write', () => {
  test.each<readonly [what: string, reply: Reply]>([
    ['is refused', problem(403, 'Forbidden', 'No more.')],
    ['is not answered', { cut: true }],
    ['is ignored', { status: 204 }],
  ])('is in a run that undo can repeat if it %s', async (_what, reply) => {
    const env = { GRAPH_OVERVIEW_STATE: stateFolder() };
    const service = await serve((values, nth, one) => (nth === 3 ? reply : store(values, nth, one)));
    const { code, write, values } = await probe(service, { env });
    expect([code, write]).toEqual([9, STORES]);
    const [run] = JSON.parse((await runMain(['runs', '-o', 'json'], { env })).stdout);
    expect(values).toEqual({
      check: 'Values',
      verdict: 'fail',
      detail: 'lastUpdateDateTime was changed by this check and may not be restored',
      remedy: `restore it with \`graph-overview undo ${run.run} --endpoint ${service.url}\``,
    });
    expect(service.stored).toEqual({ ...OVERVIEW, lastUpdateDateTime: '2025-12-31T21:00:01.123Z' });
    const undone = await runMain(['undo', run.run, '--endpoint', service.url, '--yes'], { env });
    expect([undone.code, service.stored]).toEqual([0, OVERVIEW]);
  });

  test('leaves no run if it succeeds', async () => {
    const env = { GRAPH_OVERVIEW_STATE: stateFolder() };
    for (const write of [store, () => ({ status: 204 }), () => problem(403, 'Forbidden', 'No.')])
      await probe(await serve(write), { env });
    expect(JSON.parse((await runMain(['runs', '-o', 'json'], { env })).stdout)).toEqual([]);
  });

  test('is sent if the result of the change is unknown', async () => {
    for (const stored of [true, false]) {
      const service = await serve((values, nth, one) => {
        if (nth !== 2) return store(values, nth, one);
        if (stored) store(values, nth, one);
        return { cut: true };
      });
      const { code, write, values } = await probe(service);
      expect([code, write?.verdict, values]).toEqual([7, 'fail', AS_BEFORE]);
      expect(service.stored).toEqual(OVERVIEW);
    }
  });
});

describe('the confirmation of doctor --probe-write', () => {
  test('is requested before anything is sent', async () => {
    const service = await serve(store);
    const yes = await probe(service, { answer: 'y' }, []);
    expect([yes.code, yes.write, yes.questions]).toEqual([
      0,
      STORES,
      [`Write to the overview of ${A} (its values are written back, and one is changed temporarily)? [y/N] `],
    ]);
    const no = await probe(service, { answer: 'n' }, []);
    expect([no.code, no.stdout, service.written.length]).toEqual([11, '', 3]);
  });

  test.each<readonly [what: string, options: RunOptions, more: string[], why: string]>([
    ['without a terminal', {}, [], 'not a terminal'],
    ['with --no-input', { answer: 'y' }, ['--no-input'], '--no-input is given: prompts are disabled'],
    ['with CI', { answer: 'y', env: { CI: '1' } }, [], 'CI is set: prompts are disabled'],
  ])('is not requested %s: exit code 2', async (_what, options, more, why) => {
    const service = await serve(store);
    const run = await probe(service, options, more);
    expect([run.code, run.stdout, service.written]).toEqual([2, '', []]);
    expect(JSON.parse(run.stderr).error).toMatchObject({
      kind: 'usage',
      message: `${why}; nothing was written`,
      hint: 'confirm with --yes',
    });
  });

  test('can be given in the environment', async () => {
    const service = await serve(store);
    expect((await probe(service, { env: { CI: '1', GRAPH_OVERVIEW_YES: '1' } }, [])).write).toEqual(STORES);
  });

  test('is rejected without a configuration', async () => {
    const alone = await runMain(['doctor', '--local', '--yes']);
    expect([alone.code, alone.stderr]).toEqual([
      2,
      'error: --yes applies only to --probe-write\nhint: remove it\n',
    ]);
    expect((await runMain(['doctor', '--local'], { env: { GRAPH_OVERVIEW_YES: '1' } })).code).toBe(0);
    const wrong = await runMain(['doctor', '--probe-write', '', '--local', '--yes']);
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
  });
});

describe('a failed check before doctor --probe-write', () => {
  test('prevents the write', async () => {
    const service = await serve(store);
    const { write } = await probe({ ...service, url: 'http://127.0.0.1:9' });
    expect(write).toEqual({
      check: 'Write',
      verdict: 'skip',
      detail: 'skipped: an earlier check failed',
      remedy: null,
    });
  });
});
