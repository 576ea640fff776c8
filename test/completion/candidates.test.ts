import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { runMain, stateFolder } from '../support/run-main.ts';
import { ZEROS } from '../support/zeros.ts';

const open: RecordingServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** A tenant with these names by id; the test can change `names`. */
async function tenant(names: Record<string, string | null>): Promise<RecordingServer> {
  const server = await startRecordingServer((_, response) => {
    const value = Object.entries(names).map(([id, displayName]) => ({
      ...{ id, displayName, '@odata.type': null },
      deviceStatusOverview: ZEROS,
    }));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ value }));
  });
  open.push(server);
  return server;
}

const BREAKS = ' \t\n"\'@><=;|&(:';

/** A state folder, and functions that request candidates with it. */
function desk(env: Record<string, string> = {}) {
  const state = stateFolder();
  const all = { GRAPH_OVERVIEW_STATE: state, ...env };
  const answer = async (...args: string[]): Promise<string[]> => {
    const { stdout, code } = await runMain(['__complete', ...args], { env: all });
    expect(code).toBe(0);
    const [first, ...candidates] = stdout.trimEnd().split('\n');
    expect(first).toBe('words');
    return candidates;
  };
  return {
    state,
    run: (...argv: string[]) => runMain(argv, { env: all }),
    bash: (line: string) => answer('bash', BREAKS, `graph-overview ${line}`),
    /** Candidates with their descriptions, after a vertical bar. */
    zsh: async (...words: string[]) => (await answer('zsh', ...words)).map((one) => one.replace('\t', ' | ')),
  };
}

const GUID = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';

describe('the names of configurations', () => {
  test('are those that list has read, and completion sends no request', async () => {
    const server = await tenant({ [GUID]: 'Wi-Fi "guest" (old)', b: "Studio's $Macs", c: 'Baseline' });
    const { run, bash, zsh } = desk({ GRAPH_OVERVIEW_ENDPOINT: server.url });
    expect(await zsh('get', '--', '')).toEqual([]);
    expect((await run('list', '-o', 'none')).code).toBe(0);
    const sent = server.requests.length;
    expect(await zsh('get', '')).toEqual([
      'Baseline | c',
      "Studio's $Macs | b",
      `Wi-Fi "guest" (old) | ${GUID}`,
    ]);
    expect(await bash('get wi')).toEqual([String.raw`Wi-Fi\ \"guest\"\ \(old\)`]);
    expect(await bash('get "Wi')).toEqual([String.raw`Wi-Fi \"guest\" (old)`]);
    expect(await bash("get 'Wi")).toEqual(['Wi-Fi "guest" (old)']);
    expect(await bash('get Stu')).toEqual([String.raw`Studio\'s\ \$Macs`]);
    expect(await bash('get "Stu')).toEqual([String.raw`Studio's \$Macs`]);
    expect(await bash("get 'Stu")).toEqual([String.raw`Studio'\''s $Macs`]);
    expect(await bash(String.raw`get Studio\'s\ \$M`)).toEqual([String.raw`Studio\'s\ \$Macs`]);
    expect(await bash('patch Base')).toEqual(['Baseline']);
    expect(await bash('watch c Base')).toEqual(['Baseline']);
    expect(await bash('wait Base')).toEqual(['Baseline']);
    expect(await bash('routes --for Base')).toEqual(['Baseline']);
    expect(server.requests).toHaveLength(sent);
  });

  test('are quoted if they have special characters of the shell', async () => {
    const server = await tenant({ a: 'A; rm -rf ~', b: 'A $(id)', c: "A `id` | 'x' ‘y’" });
    const { run, bash } = desk({ GRAPH_OVERVIEW_ENDPOINT: server.url });
    await run('list', '-o', 'none');
    expect(await bash('get A')).toEqual([
      String.raw`A\ \$\(id\)`,
      String.raw`A\ \`id\`\ \|\ \'x\'\ ‘y’`,
      String.raw`A\;\ rm\ -rf\ \~`,
    ]);
    expect(await bash('get "A')).toEqual([String.raw`A \$(id)`, "A \\`id\\` | 'x' ‘y’", 'A; rm -rf ~']);
  });

  test('are replaced by ids if an id is typed, if a name is not unique, and if a name has control characters', async () => {
    const server = await tenant({
      [GUID]: 'One',
      twin1: 'Twin',
      twin2: 'Twin',
      tab: 'a\tb',
      none: null,
      dash: '--all',
      like: 'id:x',
    });
    const { run, bash, zsh } = desk({ GRAPH_OVERVIEW_ENDPOINT: server.url });
    await run('list', '-o', 'none');
    expect(await zsh('get', '')).toEqual([
      `One | ${GUID}`,
      'id:tab',
      'id:twin1 | Twin',
      'id:twin2 | Twin',
      'name:--all | dash',
      'name:id:x | like',
    ]);
    expect(await bash('get 5a3b')).toEqual([GUID]);
    expect(await bash('get id:tw')).toEqual(['twin1', 'twin2']);
    expect(await bash('get name:O')).toEqual(['One']);
  });

  test('are stored for each Graph, in a file that only its owner can read', async () => {
    const names: Record<string, string> = { a: 'Old', b: 'Kept' };
    const [one, other] = [await tenant(names), await tenant({ c: 'Elsewhere' })];
    const { run, zsh, state } = desk();
    await run('list', '--endpoint', one.url, '-o', 'none');
    await run('list', '--endpoint', other.url, '-o', 'none');
    expect(await zsh('get', '--endpoint', one.url, '')).toEqual(['Kept | b', 'Old | a']);
    expect(await zsh('get', `--endpoint=${other.url}`, '')).toEqual(['Elsewhere | c']);
    expect(await zsh('get', '--local', '--', '')).toEqual([]);
    expect(await zsh('get', '--', '')).toEqual([]);
    const folder = join(state, 'names');
    const files = readdirSync(folder);
    expect(files).toHaveLength(2);
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    // A complete listing removes names that no longer exist; a partial one removes none.
    delete names.a;
    names.d = 'New';
    await run('list', '--endpoint', one.url, '-o', 'none');
    expect(await zsh('get', '--endpoint', one.url, '')).toEqual(['Kept | b', 'New | d']);
    delete names.d;
    names.e = 'Newer';
    await run('list', '--endpoint', one.url, '--top', '1', '-o', 'none');
    expect(await zsh('get', '--endpoint', one.url, '')).toEqual(['Kept | b', 'New | d']);
  });

  test('are also stored by watch', async () => {
    const server = await tenant({ a: 'Watched' });
    const { run, zsh } = desk({ GRAPH_OVERVIEW_ENDPOINT: server.url });
    await run('watch', '--until', 'pending eq 0', '-o', 'none');
    expect(await zsh('get', '')).toEqual(['Watched | a']);
  });

  test('are stored by get if it prints one', async () => {
    const { run, zsh } = desk({ GRAPH_OVERVIEW_LOCAL: '1' });
    await run('get', GUID, '-o', 'json');
    expect(await zsh('get', '--', '')).toEqual([]);
    await run('get', GUID);
    expect(await zsh('get', '')).toEqual([`Windows 10 – Device restrictions | ${GUID}`]);
  });

  test('are stored by apply from the tenant, not from the file', async () => {
    const { run, zsh, state } = desk({ GRAPH_OVERVIEW_LOCAL: '1' });
    const file = join(state, '..', 'rows.csv');
    writeFileSync(file, `deviceConfigurationId,displayName,pending\n${GUID},A note,3\n`);
    await run('apply', file, '--dry-run');
    expect(await zsh('get', '')).toEqual([`Windows 10 – Device restrictions | ${GUID}`]);
  });

  test('are ignored if their file is damaged', async () => {
    const server = await tenant({ a: 'One' });
    const { run, zsh, state } = desk({ GRAPH_OVERVIEW_ENDPOINT: server.url });
    await run('list', '-o', 'none');
    const folder = join(state, 'names');
    const [file = ''] = readdirSync(folder);
    const text = readFileSync(join(folder, file), 'utf8');
    for (const damaged of ['', '{', '[]', text.slice(0, -3), text.replace('["a"', '[1')]) {
      writeFileSync(join(folder, file), damaged);
      expect(await zsh('get', '--', '')).toEqual([]);
    }
    writeFileSync(join(folder, file), text);
    expect(await zsh('get', '')).toEqual(['One | a']);
  });

  test('do not make list fail if they cannot be stored', async () => {
    const server = await tenant({ a: 'One' });
    const { run, state } = desk({ GRAPH_OVERVIEW_ENDPOINT: server.url });
    mkdirSync(state);
    writeFileSync(join(state, 'names'), '');
    const listed = await run('list', '-o', 'tsv', '--columns', 'name');
    expect([listed.code, listed.stdout, listed.stderr]).toEqual([0, 'displayName\nOne\n', '']);
  });

  test('of at most 16 endpoints are stored', async () => {
    const { run, state } = desk();
    for (let count = 0; count < 18; count += 1)
      await run('list', '--endpoint', (await tenant({ a: 'One' })).url, '-o', 'none');
    expect(readdirSync(join(state, 'names'))).toHaveLength(16);
  });

  test('are not stored by patch', async () => {
    const { run, state } = desk();
    await run('patch', GUID, '--pending', '1', '--local');
    expect(readdirSync(state)).not.toContain('names');
  });
});

describe('conditions', () => {
  const { bash, zsh } = desk();
  const PROPERTIES = [
    ...['overview-id', 'pending', 'not-applicable', 'not-applicable-platform', 'success', 'error'],
    ...['failed', 'conflict', 'last-update', 'configuration-version'],
  ];
  const values = async (typed: string, flag = '--where') =>
    (await zsh('watch', flag, typed)).map((one) => one.split(' | ')[0]);

  test('start with a property', async () => {
    expect(await values('')).toEqual([...PROPERTIES, 'not']);
    expect(await values('not (')).toEqual([...PROPERTIES, 'not'].map((word) => `not (${word}`));
    expect(await values('not')).toEqual(['not-applicable', 'not-applicable-platform', 'not']);
    expect(await zsh('list', '--where', 'con')).toEqual([
      'conflict | Devices on which the configuration conflicts with another',
      'configuration-version | Version of the configuration that the counts refer to',
    ]);
  });

  test('continue with the words that can follow', async () => {
    const operators = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
    expect(await values('failed ')).toEqual(operators.map((word) => `failed ${word}`));
    expect(await values('pending eq 0 and fai')).toEqual(
      operators.map((word) => `pending eq 0 and failed ${word}`),
    );
    expect(await values('failedC')).toEqual(operators.map((word) => `failedCount ${word}`));
    expect(await values('overview-id ')).toEqual(['overview-id eq', 'overview-id ne']);
    expect(await values('failed g')).toEqual(['failed gt', 'failed ge']);
    expect(await values('failed gt')).toEqual(['failed gt 0', 'failed gt 5%']);
    expect(await values('failed>')).toEqual([]);
    expect(await values('failed > ')).toEqual(['failed > 0', 'failed > 5%']);
    expect(await values('last-update lt ')).toEqual([
      'last-update lt -1d',
      'last-update lt -7d',
      'last-update lt now',
    ]);
    expect(await values('failed gt 5% ')).toEqual(['failed gt 5% and', 'failed gt 5% or']);
    expect(await values('(failed gt 5%) o')).toEqual(
      [...PROPERTIES, 'not'].map((word) => `(failed gt 5%) or ${word}`),
    );
    expect(await values('failed gt 0', '--until')).toEqual(['failed gt 0']);
  });

  test('are completed by bash with and without quotes', async () => {
    expect(await bash('list --where "failed g')).toEqual(['failed gt', 'failed ge']);
    expect(await bash(String.raw`list --where failed\ g`)).toEqual([
      String.raw`failed\ gt`,
      String.raw`failed\ ge`,
    ]);
    expect(await bash('wait x --until "failed gt 5')).toEqual(['failed gt 5%']);
    expect((await bash("watch --until 'failed gt 5% an")).slice(0, 2)).toEqual([
      'failed gt 5% and overview-id',
      'failed gt 5% and pending',
    ]);
  });
});

describe('keys and columns', () => {
  const { bash } = desk();

  test('of --sort are completed in a list, each once, and with - for descending order', async () => {
    expect(await bash('list --sort na')).toEqual(['name']);
    expect(await bash('list --sort -fa')).toEqual(['-failed']);
    expect(await bash('list --sort=-failed,-na')).toEqual(['-failed,-name']);
    expect(await bash('watch --sort devices,de')).toEqual([]);
    expect((await bash('list --sort ')).slice(0, 3)).toEqual(['name', 'type', 'devices']);
  });

  test('of --columns are the columns of the table', async () => {
    expect(await bash('list --columns name,last')).toEqual(['name,last-update']);
    expect(await bash('list --columns ba')).toEqual(['bar']);
  });
});

describe('runs', () => {
  test('are completed with their command and result', async () => {
    const { run, zsh } = desk();
    await run('patch', GUID, '--pending', '3', '--diff', '--local');
    const [first = '', ...more] = await zsh('undo', '');
    expect(first).toMatch(/^\d{8}-\d{6}-[\da-f]{8} \| patch of .*: 1 written; just now$/);
    expect(more).toEqual(['last | The newest run']);
    await run('undo', 'last', '--local', '--yes');
    expect((await zsh('runs', 'show', ''))[0]).toMatch(/ \| undo of \d{8}-\S+: 1 written; /);
  });
});
