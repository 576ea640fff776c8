import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/index.ts';
import { request } from '../emulator/request.ts';
import { type Run, type RunOptions, runMain, stateFolder } from '../run-main.ts';

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
  test('writes what differs, leaves the rest alone, and accounts for every row', async () => {
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
      expect.objectContaining({ line: 3, status: 'unchanged' }),
      expect.objectContaining({
        line: 4,
        status: 'failed',
        error: expect.objectContaining({ kind: 'not-found' }),
      }),
      expect.objectContaining({
        line: 2,
        status: 'written',
        sent: { failedCount: 9 },
        before: expect.objectContaining({ failedCount: 7 }),
        after: expect.objectContaining({ failedCount: 9 }),
      }),
    ]);
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212, failedCount: 9 });
  });

  test('what list prints is a valid file that changes nothing', async () => {
    const server = await emulator({ configurations: 120 });
    const { stdout: csv } = await runMain(['list', '--endpoint', server.url, '-o', 'csv']);
    const ended = await apply(server, csv);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ planned: 0, unchanged: 120 });
  });

  test('jsonl has a record for each row as it ends, and the summary last', async () => {
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

  test('asks on the terminal, and a no is exit code 11', async () => {
    const server = await emulator();
    const content = `deviceConfigurationId,pending\n${A},1\n`;
    const no = await apply(server, content, [], { answer: 'n' });
    expect(no.code).toBe(11);
    const nobody = await apply(server, content, []);
    expect(nobody.code).toBe(2);
    expect(errorOf(nobody).hint).toContain('--yes');
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
    expect(journals()).toEqual([]);
    const yes = await apply(server, content, [], { answer: 'y' });
    expect(yes.code).toBe(0);
    expect(yes.stderr).toContain('pendingCount 212 → 1');
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 1 });
  });

  test('--dry-run writes nothing and tells by exit code', async () => {
    const server = await emulator();
    const content = `deviceConfigurationId,pending\n${A},1\n`;
    const ended = await apply(server, content, ['--dry-run', '--detailed-exitcode']);
    expect(ended.code).toBe(10);
    expect(JSON.parse(ended.stdout)).toMatchObject({ run: null, planned: 1, written: 0 });
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
    expect(journals()).toEqual([]);
  });

  test('two routes to one overview may not want different values', async () => {
    const server = await emulator();
    const ended = await apply(
      server,
      `deviceConfigurationId,via,pending\n${WIFI},wifi-eap,5\n${CLIENT_CERTIFICATE},,6\n`,
    );
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toContain('lines 3 and 2 lead to the same overview');
    expect(await overviewOf(server, CLIENT_CERTIFICATE)).toMatchObject({ pendingCount: 71 });
  });

  test('a service that keeps its own numbers is exit code 9, one that echoes is found out', async () => {
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
    ['a service that expands', {}],
    ['a service that does not', { expand: false }],
  ])('many rows by pages or batches: %s', async (_, options) => {
    const server = await emulator({ configurations: 300, ...options });
    const { stdout } = await runMain(['list', '--endpoint', server.url, '-o', 'tsv', '--query', '[].id']);
    const ids = stdout.trim().split('\n');
    const content = `deviceConfigurationId,conflict\n${ids.map((id) => `${id},77`).join('\n')}\n`;
    const ended = await apply(server, content, ['--yes', '--rate', '10000/1s']);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ planned: 300, written: 300 });
    expect(await overviewOf(server, ids[250] ?? '')).toMatchObject({ conflictCount: 77 });
  });

  test('a full or missing folder for the journal stops everything before it begins', async () => {
    const server = await emulator();
    writeFileSync(state, 'in the way');
    const ended = await apply(server, `deviceConfigurationId,pending\n${A},1\n`);
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toContain('nothing is written');
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
  });

  test('--no-read writes without a look', async () => {
    const server = await emulator();
    const ended = await apply(server, `deviceConfigurationId,pending\n${A},212\n`, [
      '--yes',
      '--no-read',
      '--no-verify',
    ]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ planned: 1, written: 1, unchanged: 0 });
  });

  test.each([
    [['--rate', 'fast'], '--rate: "fast" is no rate'],
    [['--shard', '5/4'], '--shard: "5/4"'],
    [['--detailed-exitcode', '--yes'], 'would change'],
    [['--resume', 'x'], 'takes no file'],
  ])('%j is refused', async (more, message) => {
    const ended = await apply(await emulator(), 'deviceConfigurationId,pending\n', more);
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toContain(message);
  });
});

describe('faults on the way', () => {
  test('every row ends with the right value, and none is reported wrongly', async () => {
    const share = 0.1;
    const server = await emulator({
      configurations: 200,
      retryAfter: false,
      faults: [429, 503, 502, 'reset'].map((status) => ({ status: status as number | 'reset', share })),
    });
    const quiet = await emulator({ configurations: 200 });
    const { stdout } = await runMain(['list', '--endpoint', quiet.url, '-o', 'tsv', '--query', '[].id']);
    const ids = stdout.trim().split('\n');
    const content = `deviceConfigurationId,conflict\n${ids.map((id, index) => `${id},${5_000 + index}`).join('\n')}\n`;
    const ended = await apply(server, content, ['--yes', '--rate', '10000/1s', '--retries', '30', '-q']);
    expect(ended.code).toBe(0);
    const summary = JSON.parse(ended.stdout);
    expect(summary).toMatchObject({ written: 200, failed: 0, mismatched: 0 });
    for (const row of summary.rows) expect(row.after.conflictCount).toBe(row.sent.conflictCount);
  });
});

describe('standard input', () => {
  test('is kept in a private file while it is read, and nowhere after', async () => {
    const server = await emulator();
    const ended = await apply(server, `deviceConfigurationId,pending\n${A},1\n`);
    expect(ended.code).toBe(0);
    expect(readdirSync(state)).toEqual(['runs']);
  });

  test('may be a saved plan', async () => {
    const server = await emulator();
    const plan = join(dirname(state), 'plan.json');
    await apply(server, `deviceConfigurationId,pending\n${A},1\n`, ['--plan', plan]);
    const ended = await apply(server, readFileSync(plan, 'utf8'));
    expect(JSON.parse(ended.stdout)).toMatchObject({ written: 1 });
  });

  test('that cannot be kept is a fault that names a way out', async () => {
    const server = await emulator();
    writeFileSync(state, '');
    const ended = await apply(server, `deviceConfigurationId,pending\n${A},1\n`, ['--dry-run']);
    expect(ended.code).toBe(2);
    expect(errorOf(ended)).toMatchObject({ hint: expect.stringContaining('GRAPH_OVERVIEW_STATE') });
  });
});

describe('runs and undo', () => {
  async function aRun(server: Emulator): Promise<string> {
    const ended = await apply(server, `deviceConfigurationId,pending\n${A},1\n${WIFI},2\n`);
    expect(ended.code).toBe(0);
    return JSON.parse(ended.stdout).run;
  }

  test('runs lists, runs show accounts for every row, the journal is its owner’s alone', async () => {
    const server = await emulator();
    const name = await aRun(server);
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

  test('undo puts the values back, and is a run that can be undone', async () => {
    const server = await emulator();
    const name = await aRun(server);
    const undone = await run(server, ['undo', name, '--yes']);
    expect(undone.code).toBe(0);
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
    const again = await run(server, ['undo', JSON.parse(undone.stdout).run, '--yes']);
    expect(again.code).toBe(0);
    expect(await overviewOf(server, WIFI)).toMatchObject({ pendingCount: 2 });
  });

  test('undo refuses what someone changed since, row by row, unless it is forced', async () => {
    const server = await emulator();
    const name = await aRun(server);
    const path = `/beta/deviceManagement/deviceConfigurations/${A}/deviceStatusOverview`;
    await request(server, 'PATCH', path, { failedCount: 1 });
    await request(server, 'PATCH', path.replace(A, WIFI), { pendingCount: 99 });
    const undone = await run(server, ['undo', name, '--yes']);
    expect(undone.code).toBe(11);
    expect(JSON.parse(undone.stdout)).toMatchObject({ written: 1, skipped: 1 });
    // Another property of A changed, and that is none of this run's business.
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212, failedCount: 1 });
    expect(await overviewOf(server, WIFI)).toMatchObject({ pendingCount: 99 });
    const forced = await run(server, ['undo', name, '--yes', '--force']);
    expect(forced.code).toBe(0);
    expect(await overviewOf(server, WIFI)).toMatchObject({ pendingCount: 85 });
  });

  test('a patch with --diff is a run', async () => {
    const server = await emulator();
    const patched = await run(server, ['patch', A, '--pending', '3', '--diff']);
    const { run: name } = JSON.parse(patched.stdout);
    expect((await run(server, ['undo', name, '--yes'])).code).toBe(0);
    expect(await overviewOf(server, A)).toMatchObject({ pendingCount: 212 });
  });

  test('--resume tries again what failed, asks first, and leaves what was written', async () => {
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

  test('another target is refused', async () => {
    const server = await emulator();
    const name = await aRun(server);
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

  test('an unknown run', async () => {
    const ended = await run(await emulator(), ['undo', '../x', '--yes']);
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toContain('there is no run');
  });
});

describe('a saved plan', () => {
  test('is applied later, unless the tenant moved on', async () => {
    const server = await emulator();
    const file = join(dirname(state), 'plan.json');
    const saved = await apply(server, `deviceConfigurationId,pending\n${A},1\n${WIFI},85\n`, [
      '--plan',
      file,
    ]);
    expect(saved.code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      type: 'graph-overview-plan',
      version: 1,
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
});
