import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/index.ts';
import { Failure } from '../../src/outcome/errors.ts';
import { takeLock } from '../../src/state/lock.ts';
import { type LogContent, parseLog } from '../../src/state/read-log.ts';
import { request } from '../emulator/request.ts';
import { journalText } from '../support/journal-text.ts';
import { type Run, type RunOptions, runMain, stateFolder } from '../support/run-main.ts';

const clock = {
  now: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};
const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const WIFI = '5a3b1c00-0b1e-4d5a-9c3e-000000000002';
const CLIENT_CERTIFICATE = '5a3b1c00-0b1e-4d5a-9c3e-000000000020';

const open: Emulator[] = [];
let state = stateFolder();

async function emulator(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const started = await startEmulator({ clock, ...options });
  open.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  state = stateFolder();
});

function run(
  server: { readonly url: string },
  argv: readonly string[],
  options: RunOptions = {},
): Promise<Run> {
  return runMain([...argv, '--endpoint', server.url, '-o', 'json'], {
    ...options,
    env: { GRAPH_OVERVIEW_STATE: state },
  });
}

function apply(
  server: { readonly url: string },
  content: string,
  more: readonly string[] = ['--yes'],
  options: RunOptions = {},
): Promise<Run> {
  return run(server, ['apply', '-', ...more], { input: content, ...options });
}

async function listIds({ url }: Emulator): Promise<string[]> {
  const query = '[].deviceConfigurationId';
  const { stdout } = await runMain(['list', '--endpoint', url, '-o', 'tsv', '--query', query]);
  return stdout.trim().split('\n');
}

async function overviewOf(server: Emulator, id: string): Promise<Record<string, unknown>> {
  return (
    await request(server, 'GET', `/beta/deviceManagement/deviceConfigurations/${id}/deviceStatusOverview`)
  ).json;
}

function errorOf({ stderr }: Run): Record<string, unknown> {
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
}

const journals = (): string[] => (existsSync(join(state, 'runs')) ? readdirSync(join(state, 'runs')) : []);

describe('apply', () => {
  test('writes what differs, skips the rest, and lists every row', async () => {
    const server = await emulator();
    const ended = await apply(
      server,
      `deviceConfigurationId,pending,failed\n${A},212,9\n${WIFI},85,4\nnone,1,\n`,
    );
    expect(ended.code).toBe(8);
    const summary = JSON.parse(ended.stdout);
    expect(summary).toMatchObject({
      planned: 1,
      written: 1,
      unchanged: 1,
      failed: 1,
      mismatched: 0,
      skipped: 0,
    });
    expect(summary.rows).toEqual([
      expect.objectContaining({
        line: 2,
        status: 'written',
        sent: { failedCount: 9 },
        before: expect.objectContaining({ failedCount: 7 }),
        after: expect.objectContaining({ failedCount: 9 }),
      }),
      expect.objectContaining({ line: 3, status: 'unchanged' }),
      expect.objectContaining({
        line: 4,
        status: 'failed',
        error: expect.objectContaining({ kind: 'not-found' }),
      }),
    ]);
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212, failedCount: 9 });
  });

  test.each(['csv', 'json', 'jsonl'])(
    'writes nothing for the output of list in %s, and after an edit only the edited row',
    async (format) => {
      const server = await emulator({ configurations: 120 });
      const { stdout } = await runMain(['list', '--endpoint', server.url, '-o', format]);
      const same = await apply(server, stdout);
      expect([same.code, JSON.parse(same.stdout)]).toEqual([
        0,
        expect.objectContaining({ planned: 0, unchanged: 120, skipped: 0 }),
      ]);
      const id = JSON.parse((await runMain(['list', '--endpoint', server.url, '-o', 'json'])).stdout)[7]
        .deviceConfigurationId;
      const line = stdout.split('\n').findIndex((text) => text.includes(id));
      const edited = format === 'csv' ? /(,direct,[^,]*,)\d+/ : /("pendingCount": ?)\d+/;
      const rest = stdout.split('\n').slice(line).join('\n').replace(edited, '$199999');
      const changed = await apply(server, [...stdout.split('\n').slice(0, line), rest].join('\n'));
      expect([changed.code, JSON.parse(changed.stdout)]).toEqual([
        0,
        expect.objectContaining({ planned: 1, written: 1, unchanged: 119 }),
      ]);
      expect((await overviewOf(server, id)).pendingCount).toBe(99_999);
    },
  );

  test('skips a row without values', async () => {
    const server = await emulator();
    const content = `deviceConfigurationId,pending\n${A},\n${WIFI},85\n`;
    for (const more of [['--yes'], ['--yes', '--no-read'], ['--dry-run']]) {
      const ended = await apply(server, content, more);
      expect(ended.code).toBe(0);
      expect(JSON.parse(ended.stdout).rows[0]).toMatchObject({ line: 2, status: 'skipped', error: null });
    }
    const listed = `{"deviceConfigurationId":"${A}","displayName":"x","error":{"kind":"permission"}}`;
    expect(JSON.parse((await apply(server, listed)).stdout)).toMatchObject({ planned: 0, skipped: 1 });
  });

  describe('with a file without rows, does nothing and records no run', () => {
    test.each([
      ['a header alone', 'deviceConfigurationId,pending\n'],
      ['a header and blank rows', 'deviceConfigurationId,pending\n,\n\n'],
      ['an empty list', '[]\n'],
      ['an empty file', ''],
      ['line breaks', '\r\n\n'],
    ])('%s', async (_, content) => {
      const server = { url: 'http://127.0.0.1:1' };
      const ended = await apply(server, content, []);
      expect(ended.code).toBe(0);
      expect(JSON.parse(ended.stdout)).toEqual({
        run: null,
        planned: 0,
        unchanged: 0,
        written: 0,
        mismatched: 0,
        failed: 0,
        skipped: 0,
        seconds: 0,
        throttled: 0,
        rows: [],
      });
      expect(journals()).toEqual([]);
    });

    test.each(['table', 'json', 'jsonl', 'csv', 'tsv', 'yaml', 'markdown', 'none'])(
      'in format %s',
      async (format) => {
        const ended = await runMain(
          [
            'apply',
            '-',
            '--dry-run',
            '--detailed-exitcode',
            '--endpoint',
            'http://127.0.0.1:1',
            '-o',
            format,
          ],
          { input: '[]', env: { GRAPH_OVERVIEW_STATE: state } },
        );
        expect([ended.code, ended.stderr]).toEqual([0, 'no rows: nothing to do\n']);
        expect(journals()).toEqual([]);
      },
    );

    test('but checks the header', async () => {
      const ended = await apply({ url: 'http://127.0.0.1:1' }, 'deviceConfigurationId,colour\n');
      expect([ended.code, errorOf(ended).message]).toEqual([2, 'the header: unknown column "colour"']);
    });
  });

  test('prints a record for each finished row in jsonl, and the summary last', async () => {
    const server = await emulator();
    const ended = await runMain(['apply', '-', '--yes', '--endpoint', server.url, '-o', 'jsonl'], {
      input: `deviceConfigurationId,pending\n${A},1\n${WIFI},85\n`,
      env: { GRAPH_OVERVIEW_STATE: state },
    });
    const records = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ type, status }) => [type, status])).toEqual([
      ['row', 'unchanged'],
      ['row', 'written'],
      ['summary', undefined],
    ]);
  });

  test.each([
    ['apply --dry-run', ['apply', '-', '--dry-run']],
    ['runs show', ['runs', 'show', 'last']],
  ])('%s prints a record for each row in jsonl, and a line in csv', async (_, argv) => {
    const server = await emulator();
    const content = `deviceConfigurationId,pending\n${A},1\n${WIFI},85\n`;
    await apply(server, content);
    const more = argv[0] === 'apply' ? ['--endpoint', server.url] : [];
    const options = { input: content, env: { GRAPH_OVERVIEW_STATE: state } };
    const jsonl = await runMain([...argv, ...more, '-o', 'jsonl'], options);
    const types = jsonl.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    expect(types).toEqual(['row', 'row', 'summary']);
    const csv = await runMain([...argv, ...more, '-o', 'csv'], options);
    expect(csv.stdout.split('\n').map((line) => line.split(',').slice(0, 2))).toEqual([
      ['line', 'deviceConfigurationId'],
      ['2', A],
      ['3', WIFI],
      [''],
    ]);
  });

  test('asks for confirmation on a terminal, and exits with code 11 on no', async () => {
    const server = await emulator();
    const content = `deviceConfigurationId,pending\n${A},1\n`;
    const no = await apply(server, content, [], { answer: 'n' });
    expect(no.code).toBe(11);
    const noTerminal = await apply(server, content, []);
    expect(noTerminal.code).toBe(2);
    expect(errorOf(noTerminal).hint).toContain('--yes');
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
    expect(journals()).toEqual([]);
    const yes = await apply(server, content, [], { answer: 'y', thinks: 90_000 });
    expect(yes.code).toBe(0);
    expect(JSON.parse(yes.stdout).seconds).toBe(0);
    expect(yes.stderr).toContain('pendingCount 212 → 1');
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 1 });
  });

  test('with --dry-run, writes nothing and reports changes by its exit code', async () => {
    const server = await emulator();
    const content = `deviceConfigurationId,pending\n${A},1\n`;
    const ended = await apply(server, content, ['--dry-run', '--detailed-exitcode']);
    expect(ended.code).toBe(10);
    expect(JSON.parse(ended.stdout)).toMatchObject({ run: null, planned: 1, written: 0 });
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
    expect(journals()).toEqual([]);
  });

  test('rejects different values for two routes to one overview', async () => {
    const server = await emulator();
    const ended = await apply(
      server,
      `deviceConfigurationId,via,pending\n${WIFI},wifi-eap,5\n${CLIENT_CERTIFICATE},,6\n`,
    );
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toContain('lines 3 and 2 have different values for the same overview');
    expect(await overviewOf(server, CLIENT_CERTIFICATE)).toMatchObject({ pendingCount: 71 });
  });

  test('writes once for two routes to one overview with the same values', async () => {
    const log = join(dirname(state), 'log');
    const server = await emulator({ logFile: log });
    const content = `deviceConfigurationId,via,pending\n${WIFI},wifi-eap,5\n${CLIENT_CERTIFICATE},,5\n`;
    const ended = await apply(server, content);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ planned: 1, written: 1, skipped: 1 });
    expect(readFileSync(log, 'utf8').split('"method":"PATCH"')).toHaveLength(2);
  });

  test('exits with code 9 if the service ignores a write, even if its answer has the new value', async () => {
    for (const ignoreWrites of ['keep', 'echo'] as const) {
      const server = await emulator({ ignoreWrites });
      const ended = await apply(server, `deviceConfigurationId,pending\n${A},1\n`);
      expect(ended.code).toBe(9);
      expect(JSON.parse(ended.stdout)).toMatchObject({ mismatched: 1, written: 0 });
      expect(
        (await apply(server, `deviceConfigurationId,pending\n${A},1\n`, ['--yes', '--lenient'])).code,
      ).toBe(0);
    }
  });

  test.each([
    ['supports $expand', {}],
    ['does not support $expand', { expand: false }],
  ])('writes 300 rows if the service %s', async (_, options) => {
    const server = await emulator({ configurations: 300, ...options });
    const ids = await listIds(server);
    const content = `deviceConfigurationId,conflict\n${ids.map((id) => `${id},77`).join('\n')}\n`;
    const ended = await apply(server, content, ['--yes', '--rate', '10000/1s']);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ planned: 300, written: 300 });
    expect(await overviewOf(server, ids[250] ?? '')).toMatchObject({ conflictCount: 77 });
  });

  test('writes nothing if there can be no state folder', async () => {
    const server = await emulator();
    writeFileSync(state, 'in the way');
    const ended = await apply(server, `deviceConfigurationId,pending\n${A},1\n`);
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toContain('nothing is written');
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
  });

  test('with --no-read, writes a value that is already stored', async () => {
    const server = await emulator();
    const ended = await apply(server, `deviceConfigurationId,pending\n${A},212\n`, [
      '--yes',
      '--no-read',
      '--no-verify',
    ]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ planned: 1, written: 1, unchanged: 0 });
  });

  test.each([
    [['--rate', 'fast'], '--rate: "fast" is not a rate'],
    [['--shard', '5/4'], '--shard: "5/4"'],
    [['--detailed-exitcode', '--yes'], 'applies only to --dry-run'],
    [['--resume', 'x'], 'takes no file'],
  ])('rejects %j', async (more, message) => {
    const ended = await apply(await emulator(), 'deviceConfigurationId,pending\n', more);
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toContain(message);
  });
});

describe('apply with transient errors', () => {
  test('writes every row, and reports its value', async () => {
    const share = 0.1;
    const server = await emulator({
      configurations: 200,
      retryAfter: false,
      faults: ([429, 503, 502, 'reset', 'spike'] as const).map((status) => ({ status, share })),
      clock: { ...clock, sleep: (ms: number) => clock.sleep(ms / 50) },
    });
    const quiet = await emulator({ configurations: 200 });
    const ids = await listIds(quiet);
    const content = `deviceConfigurationId,conflict\n${ids.map((id, index) => `${id},${5_000 + index}`).join('\n')}\n`;
    const ended = await apply(server, content, ['--yes', '--rate', '10000/1s', '--retries', '30', '-q']);
    expect(ended.code).toBe(0);
    const summary = JSON.parse(ended.stdout);
    expect(summary).toMatchObject({ written: 200, failed: 0, mismatched: 0 });
    for (const row of summary.rows) expect(row.after.conflictCount).toBe(row.sent.conflictCount);
  });
});

describe('retries of apply', () => {
  /** A `random` with which the fault is injected into the requests with these numbers, counted from 0. */
  const hitting = (...numbers: readonly number[]) => {
    let count = -1;
    return () => {
      count += 1;
      return numbers.includes(count) ? 0 : 0.99;
    };
  };
  const two = `deviceConfigurationId,pending\n${A},1\n${WIFI},2\n`;

  test('a write that is answered 503 is sent again after its Retry-After', async () => {
    const server = await emulator({ faults: [{ status: 503, share: 0.5 }], random: hitting(0) });
    const ended = await apply(server, two, ['--yes', '--no-read', '--no-verify']);
    expect(ended.code).toBe(0);
    expect(ended.sleeps.filter((wait) => wait >= 1_000 && wait <= 1_100)).toHaveLength(1);
  });

  test('--retries 0 sends nothing twice, not even reads of rows with a route, and no hint suggests --retries', async () => {
    const server = await emulator({ faults: [{ status: 503, share: 1 }] });
    const rows = `deviceConfigurationId,via,pending\n${A},root,1\n${WIFI},root,2\n`;
    const ended = await apply(server, rows, ['--yes', '--retries', '0', '-v']);
    expect(ended.code).not.toBe(0);
    // With `-v` each request is a line.
    expect(ended.stderr.match(/^\S+ http\S+ → .*$/gm)).toEqual([
      expect.stringMatching(/^POST \S+\/\$batch → /),
    ]);
    expect(ended.stdout + ended.stderr).not.toContain('--retries');
  });

  test('a read that is answered 503 is repeated after its Retry-After', async () => {
    const server = await emulator({ faults: [{ status: 503, share: 0.5 }], random: hitting(0) });
    const ended = await apply(server, two, ['--dry-run']);
    expect(JSON.parse(ended.stdout)).toMatchObject({ planned: 2, failed: 0 });
    expect(ended.sleeps.filter((wait) => wait >= 1_000 && wait <= 1_100)).toHaveLength(1);
  });

  test('an outage makes the whole run wait, longer each time, and does not count as an attempt of a row', async () => {
    const server = await emulator({ configurations: 60 });
    const ids = (await listIds(server)).slice(0, 40);
    let writes = 0;
    const flaky = createServer((incoming, response) => {
      const cut = incoming.method !== 'GET' && writes++ > 0 && writes < 12;
      if (cut) return void incoming.socket.destroy();
      const { method, headers, url } = incoming;
      incoming.pipe(
        forward(`${server.url}${url}`, { method, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        }),
      );
    });
    await new Promise<void>((resolve) => flaky.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(flaky.address() as AddressInfo).port}`;
      const content = `deviceConfigurationId,conflict\n${ids.map((id) => `${id},77`).join('\n')}\n`;
      const ended = await apply({ url }, content, ['--yes', '--no-read', '--no-verify']);
      expect([ended.code, JSON.parse(ended.stdout)]).toEqual([0, expect.objectContaining({ written: 40 })]);
      // At most 32 s, of which the jitter leaves three quarters here.
      expect(Math.max(...ended.sleeps)).toBe(24_000);
    } finally {
      flaky.closeAllConnections();
      await new Promise((resolve) => flaky.close(resolve));
    }
  });

  test('a server that cannot be reached is exit code 7, and there is no run', async () => {
    const server = await emulator();
    await Promise.all(open.splice(0).map((one) => one.close()));
    const ended = await apply(server, two);
    expect(ended.code).toBe(7);
    expect(journals()).toEqual([]);
  });

  test('a run that is interrupted before its plan is complete has no journal', async () => {
    const reason = new Failure('interrupted', 'interrupted by SIGINT');
    const ended = await apply(await emulator(), two, ['--yes'], { signal: AbortSignal.abort(reason) });
    expect(ended.code).toBe(130);
    expect(journals()).toEqual([]);
  });
});

describe('standard input of apply', () => {
  test('is not in the state folder after the run', async () => {
    const server = await emulator();
    const ended = await apply(server, `deviceConfigurationId,pending\n${A},1\n`);
    expect(ended.code).toBe(0);
    expect(readdirSync(state)).toEqual(['names', 'quota', 'runs']);
  });

  test('can be a saved plan', async () => {
    const server = await emulator();
    const plan = join(dirname(state), 'plan.json');
    await apply(server, `deviceConfigurationId,pending\n${A},1\n`, ['--plan', plan]);
    const ended = await apply(server, readFileSync(plan, 'utf8'));
    expect(JSON.parse(ended.stdout)).toMatchObject({ written: 1 });
  });

  test('that cannot be stored is an error with a hint', async () => {
    const server = await emulator();
    writeFileSync(state, '');
    const ended = await apply(server, `deviceConfigurationId,pending\n${A},1\n`, ['--dry-run']);
    expect(ended.code).toBe(2);
    expect(errorOf(ended)).toMatchObject({ hint: expect.stringContaining('GRAPH_OVERVIEW_STATE') });
  });
});

describe('runs and undo', () => {
  async function completedRun(server: Emulator): Promise<string> {
    const ended = await apply(server, `deviceConfigurationId,pending\n${A},1\n${WIFI},2\n`);
    expect(ended.code).toBe(0);
    return JSON.parse(ended.stdout).run;
  }

  test('runs lists the run, runs show lists every row, and only the owner can read the journal', async () => {
    const server = await emulator();
    const name = await completedRun(server);
    const listed = JSON.parse(
      (await runMain(['runs', '-o', 'json'], { env: { GRAPH_OVERVIEW_STATE: state } })).stdout,
    );
    expect(listed).toEqual([
      expect.objectContaining({ run: name, state: 'done', planned: 2, written: 2, failed: 0 }),
    ]);
    const shown = await runMain(['runs', 'show', name, '-o', 'json'], {
      env: { GRAPH_OVERVIEW_STATE: state },
    });
    expect(JSON.parse(shown.stdout)).toMatchObject({
      run: name,
      written: 2,
      rows: [{ status: 'written' }, { status: 'written' }],
    });
    const file = join(state, 'runs', `${name}.jsonl`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const foreign = await runMain(['runs', 'show', '--journal', file, '-o', 'json'], {
      env: { GRAPH_OVERVIEW_STATE: stateFolder() },
    });
    expect(JSON.parse(foreign.stdout)).toMatchObject({ run: name });
  });

  test('undo restores the values, and is a run that can be undone', async () => {
    const server = await emulator();
    const name = await completedRun(server);
    const undone = await run(server, ['undo', name, '--yes']);
    expect(undone.code).toBe(0);
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
    const again = await run(server, ['undo', JSON.parse(undone.stdout).run, '--yes']);
    expect(again.code).toBe(0);
    expect(await overviewOf(server, WIFI)).toMatchObject({ pendingCount: 2 });
  });

  test('undo skips rows that were changed after the run, and --force restores them', async () => {
    const server = await emulator();
    const name = await completedRun(server);
    const path = `/beta/deviceManagement/deviceConfigurations/${A}/deviceStatusOverview`;
    await request(server, 'PATCH', path, { failedCount: 1 });
    await request(server, 'PATCH', path.replace(A, WIFI), { pendingCount: 99 });
    const undone = await run(server, ['undo', name, '--yes']);
    expect(undone.code).toBe(11);
    expect(JSON.parse(undone.stdout)).toMatchObject({ written: 1, skipped: 1 });
    // The run did not write the property of A that changed.
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212, failedCount: 1 });
    expect(await overviewOf(server, WIFI)).toMatchObject({ pendingCount: 99 });
    const forced = await run(server, ['undo', name, '--yes', '--force']);
    expect(forced.code).toBe(0);
    expect(await overviewOf(server, WIFI)).toMatchObject({ pendingCount: 85 });
  });

  test('patch --diff is a run that can be undone', async () => {
    const server = await emulator();
    const patched = await run(server, ['patch', A, '--pending', '3', '--diff']);
    const { run: name } = JSON.parse(patched.stdout);
    expect((await run(server, ['undo', name, '--yes'])).code).toBe(0);
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
  });

  test('apply --resume reads failed rows before it sends them again, and does not send those that were stored', async () => {
    const faulty = await emulator({ faults: [{ status: 503, share: 1 }] });
    const content = `deviceConfigurationId,pending\n${A},1\n${WIFI},2\n`;
    const failed = await apply(faulty, content, ['--yes', '--no-read', '--retries', '1']);
    expect(failed.code).toBe(8);
    expect(errorOf(failed)).toMatchObject({ hint: expect.stringContaining('apply --resume') });
    const { run: name } = JSON.parse(failed.stdout);
    await Promise.all(open.splice(0).map((one) => one.close()));
    const sound = await emulator({ port: faulty.port });
    await request(sound, 'PATCH', `/beta/deviceManagement/deviceConfigurations/${A}/deviceStatusOverview`, {
      pendingCount: 1,
    });
    const resumed = await run(sound, ['apply', '--resume', name]);
    expect(resumed.code).toBe(0);
    const { rows } = JSON.parse(resumed.stdout);
    expect(rows).toMatchObject([{ status: 'written' }, { status: 'written', again: true }]);
    expect(rows[0]).not.toHaveProperty('again');
    expect(await overviewOf(sound, WIFI)).toMatchObject({ pendingCount: 2 });
  });

  /** Removes the entries for which `kept` is false from the journal of a run, as if the run had been killed. */
  function cutJournal(name: string, kept: (entry: Record<string, unknown>) => boolean): void {
    changeJournal(name, (records) => records.filter(kept));
  }

  function changeJournal(name: string, change: (records: LogContent['records']) => readonly unknown[]): void {
    const file = join(state, 'runs', `${name}.jsonl`);
    const { records } = parseLog(readFileSync(file));
    writeFileSync(file, journalText(change(records).map((record) => [record])));
  }

  test('apply --resume verifies rows that were written and not verified, and no others', async () => {
    const server = await emulator({ ignoreWrites: 'echo' });
    const ran = await apply(server, `deviceConfigurationId,pending\n${A},1\n`, ['--yes']);
    expect(ran.code).toBe(9);
    const { run: name } = JSON.parse(ran.stdout);
    cutJournal(
      name,
      ({ type, status }) => !['end', 'verified'].includes(String(type)) && status !== 'mismatched',
    );
    const resumed = await run(server, ['apply', '--resume', name]);
    expect(resumed.code).toBe(9);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ written: 0, mismatched: 1 });
    const sound = await emulator();
    const whole = await completedRun(sound);
    const path = `/beta/deviceManagement/deviceConfigurations/${A}/deviceStatusOverview`;
    await request(sound, 'PATCH', path, { pendingCount: 5 });
    // The value changed after it was verified, which is not an error of the run.
    expect((await run(sound, ['apply', '--resume', whole])).code).toBe(0);
  });

  test('the result of a row that was sent and not answered is unknown, and undo restores it if it was stored', async () => {
    const server = await emulator();
    const name = await completedRun(server);
    cutJournal(name, ({ type }) => !['result', 'verified', 'end'].includes(String(type)));
    await request(
      server,
      'PATCH',
      `/beta/deviceManagement/deviceConfigurations/${WIFI}/deviceStatusOverview`,
      {
        pendingCount: 85,
      },
    );
    const shown = await runMain(['runs', 'show', name, '-o', 'json'], {
      env: { GRAPH_OVERVIEW_STATE: state },
    });
    expect(JSON.parse(shown.stdout).rows[0].error.message).toContain('sent, but the result is unknown');
    const undone = await run(server, ['undo', name, '--yes']);
    expect(undone.code).toBe(0);
    expect(JSON.parse(undone.stdout)).toMatchObject({ written: 1, unchanged: 1, skipped: 0 });
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
  });

  test('undo restores a row for which the service stored another value than was sent', async () => {
    const server = await emulator();
    const name = await completedRun(server);
    const made = { type: 'result', index: 0, status: 'mismatched', after: { pendingCount: 5 }, error: null };
    changeJournal(name, (records) => [...records, made]);
    const path = `/beta/deviceManagement/deviceConfigurations/${A}/deviceStatusOverview`;
    await request(server, 'PATCH', path, { pendingCount: 5 });
    expect((await run(server, ['undo', name, '--yes'])).code).toBe(0);
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
  });

  test('undo rejects a run that another process is working on', async () => {
    const server = await emulator();
    const name = await completedRun(server);
    await takeLock(join(state, 'runs', `${name}.lock`), name);
    const undone = await run(server, ['undo', name, '--yes']);
    expect(undone.code).toBe(11);
    expect(errorOf(undone).message).toContain('is working on the run');
  });

  test('the journal has the request id of a rejected row', async () => {
    const server = await emulator({ faults: [{ status: 400, share: 1 }] });
    const ended = await apply(server, `deviceConfigurationId,pending\n${A},1\n`, ['--yes', '--no-read']);
    expect(ended.code).toBe(8);
    const text = readFileSync(join(state, 'runs', `${JSON.parse(ended.stdout).run}.jsonl`), 'utf8');
    const results = text.split('\n').filter((line) => line.includes('"type":"result"'));
    expect(results.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ status: 'failed', requestId: expect.stringMatching(/^[\da-f-]{36}$/) }),
    ]);
  });

  test.each([
    [['--dry-run'], '--dry-run'],
    [['--plan', 'x'], '--plan'],
    [['--base', 'x'], '--base'],
  ])('apply --resume rejects %j', async (more, named) => {
    const server = await emulator();
    const name = await completedRun(server);
    const ended = await run(server, ['apply', '--resume', name, ...more]);
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toContain(named);
  });

  test('undo and apply --resume reject a run of another target', async () => {
    const server = await emulator();
    const name = await completedRun(server);
    const other = await emulator();
    for (const argv of [
      ['undo', name, '--yes'],
      ['apply', '--resume', name],
    ]) {
      const ended = await run(other, argv);
      expect(ended.code).toBe(11);
      expect(errorOf(ended).message).toContain('belongs to');
    }
  });

  test('undo rejects an unknown run', async () => {
    const ended = await run(await emulator(), ['undo', '../x', '--yes']);
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toContain('there is no run');
  });
});

describe('a saved plan', () => {
  test('can be applied later, unless the tenant has changed', async () => {
    const server = await emulator();
    const file = join(dirname(state), 'plan.json');
    const saved = await apply(server, `deviceConfigurationId,pending\n${A},1\n${WIFI},85\n`, [
      '--plan',
      file,
    ]);
    expect(saved.code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      type: 'graph-overview-plan',
      version: 2,
      rows: [{ deviceConfigurationId: A, sent: { pendingCount: 1 } }],
    });
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
    const path = `/beta/deviceManagement/deviceConfigurations/${A}/deviceStatusOverview`;
    await request(server, 'PATCH', path, { failedCount: 1 });
    const stale = await run(server, ['apply', file, '--yes']);
    expect(stale.code).toBe(11);
    expect(errorOf(stale).message).toContain('the plan is stale');
    await request(server, 'PATCH', path, { failedCount: 7 });
    const fresh = await run(server, ['apply', file, '--yes']);
    expect(fresh.code).toBe(0);
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 1 });
  });

  test('can be applied in shards', async () => {
    const server = await emulator();
    const file = join(dirname(state), 'plan.json');
    await apply(server, `deviceConfigurationId,pending\n${A},1\n${WIFI},2\n`, ['--plan', file]);
    for (const shard of ['1/2', '2/2']) {
      const ended = await run(server, ['apply', file, '--yes', '--shard', shard]);
      expect(ended.code).toBe(0);
    }
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 1 });
    expect(await overviewOf(server, WIFI)).toMatchObject({ pendingCount: 2 });
  });

  test('is validated after an edit, and is rejected with --no-read', async () => {
    const server = await emulator();
    const file = join(dirname(state), 'plan.json');
    await apply(server, `deviceConfigurationId,pending\n${A},1\n${WIFI},2\n`, ['--plan', file]);
    const saved = readFileSync(file, 'utf8');
    const plan = JSON.parse(saved);
    const [one, other] = plan.rows;
    plan.rows = [
      { ...one, sent: { pendingCount: -5 } },
      { ...one, sent: { nonsense: 1 } },
      { ...one, before: undefined },
      { ...one, sent: {} },
      other,
      other,
    ];
    writeFileSync(file, JSON.stringify(plan));
    const ended = await run(server, ['apply', file, '--yes']);
    expect(ended.code).toBe(2);
    for (const message of [
      'row 1 of the plan: pendingCount: -5 is not allowed',
      'row 2 of the plan: unknown property "nonsense"',
      'row 3 of the plan: before is neither an object nor null',
      'row 4 of the plan: has no values in sent',
      'row 6 of the plan: for the same overview as row 5',
    ])
      expect(errorOf(ended).message).toContain(message);
    writeFileSync(file, saved);
    const blind = await run(server, ['apply', file, '--yes', '--no-read']);
    expect([blind.code, errorOf(blind).message]).toEqual([2, expect.stringContaining('--no-read')]);
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
  });
});

describe('a run of the mock Graph', () => {
  test.each([
    ['last', ['undo', '--yes']],
    ['2026', ['apply', '--resume']],
  ])('%s is rejected for another target before the sign-in by %j', async (name, argv) => {
    const env = { GRAPH_OVERVIEW_STATE: state };
    expect((await runMain(['patch', A, '--error', '3', '--diff', '--local'], { env })).code).toBe(0);
    const ended = await runMain([...argv, name, '-o', 'json'], { env });
    expect(ended.code).toBe(11);
    expect(errorOf(ended).message).toMatch(
      /belongs to local beta, not to https:\/\/graph\.microsoft\.com beta/,
    );
  });
});
