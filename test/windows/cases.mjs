// The cases that are run on Windows. Each case has its own state folder; a case that throws has failed.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './wine.mjs';

const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const WIFI = '5a3b1c00-0b1e-4d5a-9c3e-000000000002';
const ROWS = `deviceConfigurationId,error\n${A},3\n${WIFI},5\n`;

/** Runs a command that must end with this exit code, and returns its output. */
async function ends(windows, code, args, options) {
  const ended = await windows.run(args, options);
  assert.equal(ended.code, code, `${args.join(' ')} ended with ${ended.code}: ${ended.stderr}`);
  return ended;
}

const json = async (windows, args, options) =>
  JSON.parse((await ends(windows, 0, [...args, '-o', 'json'], options)).stdout);

/** A mock Graph in another Windows process. */
async function serving(windows, args, work) {
  const server = windows.start(['serve', ...args, '-o', 'json']);
  try {
    const line = await until(() => /^\{.*\}\r?\n/.exec(server.stdout())?.[0], 'the first line of serve');
    return await work(JSON.parse(line).url, server);
  } finally {
    server.kill();
    await server.ended;
  }
}

/** The journal of the newest run, as text. */
function journal(windows) {
  const runs = join(windows.home, 'state', 'runs');
  if (!existsSync(runs)) return '';
  const [newest] = readdirSync(runs)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .reverse();
  return newest === undefined ? '' : readFileSync(join(runs, newest), 'utf8');
}

const many = (count) =>
  `deviceConfigurationId,pending\n${Array.from({ length: count }, (_, index) => `${generated(index + 1)},7777\n`).join('')}`;

let ids = [];
const generated = (number) => ids[number - 1];

/** Starts `apply` of forty rows on a slow Graph and waits until some are written. */
async function halfWay(windows, url) {
  ids = (await json(windows, ['list', '--endpoint', url])).map((one) => one.deviceConfigurationId);
  const rows = windows.file('many.csv', many(40));
  const run = windows.start(['apply', rows.seen, '--yes', '--rate', '4/1s', '--endpoint', url]);
  await until(() => journal(windows).split('"type":"result"').length > 4, 'the first rows of the run');
  return run;
}

const SLOW = ['--configurations', '40'];

export const CASES = [
  {
    what: 'patch and get, on the built-in mock Graph',
    smoke: true,
    async run(windows) {
      const patched = await json(windows, ['patch', A, '--pending', '12', '--local', '-q']);
      assert.equal(patched.pendingCount, 12);
      assert.equal((await json(windows, ['get', A, '--local', '-q'])).pendingCount, 12);
    },
  },
  {
    what: 'two patches at the same time; both are stored',
    async run(windows) {
      const both = [
        ['--pending', '41'],
        ['--failed', '42'],
      ].map((flags) => json(windows, ['patch', A, ...flags, '--local', '-q']));
      await Promise.all(both);
      const { pendingCount, failedCount } = await json(windows, ['get', A, '--local', '-q']);
      assert.deepEqual([pendingCount, failedCount], [41, 42]);
    },
  },
  {
    what: '`list`, as a table in UTF-8 and as CSV with a byte-order mark for `apply`',
    async run(windows) {
      const { stdout } = await ends(windows, 0, ['list', '--local', '-q']);
      assert.match(stdout, /─{10}/);
      const { stdout: csv } = await ends(windows, 0, ['list', '--local', '-q', '-o', 'csv']);
      const file = windows.file('listed.csv', `\ufeff${csv.replaceAll(/\r?\n/g, '\r\n')}`);
      const planned = await json(windows, ['apply', file.seen, '--dry-run', '--local', '-q']);
      assert.equal(planned.planned, 0);
      assert.ok(planned.unchanged >= 16);
    },
  },
  {
    what: '`apply` of CSV with a byte-order mark, CRLF and semicolons, as Excel saves it',
    smoke: true,
    async run(windows) {
      const text = `\ufeff${ROWS.replaceAll(',', ';').replaceAll('\n', '\r\n')}`;
      const file = windows.file('Zähler für Mai.csv', text);
      const done = await json(windows, ['apply', file.seen, '--yes', '--local', '-q']);
      assert.equal(done.written, 2);
      const [run] = await json(windows, ['runs']);
      assert.equal(run.source, file.seen);
    },
  },
  {
    what: '`apply` of UTF-16, as PowerShell redirects, and of standard input',
    async run(windows) {
      const file = windows.file('utf16.csv', Buffer.from(`\ufeff${ROWS}`, 'utf16le'));
      assert.equal((await json(windows, ['apply', file.seen, '--yes', '--local', '-q'])).written, 2);
      const more = ROWS.replace(',3', ',4').replaceAll('\n', '\r\n');
      const done = await json(windows, ['apply', '-', '--yes', '--local', '-q'], { input: more });
      assert.deepEqual([done.written, done.unchanged], [1, 1]);
    },
  },
  {
    what: 'paths: relative, with slashes, of a drive, with a long-path prefix, over 260 characters',
    async run(windows) {
      mkdirSync(join(windows.home, 'a b', 'c'), { recursive: true });
      windows.file('a b\\c\\rows.csv', ROWS);
      const deep = ['x'.repeat(120), 'y'.repeat(120), 'z'.repeat(40)];
      mkdirSync(join(windows.home, ...deep), { recursive: true });
      const long = windows.file(`${deep.join('\\')}\\rows.csv`, ROWS);
      for (const path of [
        'a b\\c\\rows.csv',
        '.\\a b/c\\rows.csv',
        `${windows.seen}/a b/c/rows.csv`,
        `\\\\?\\${windows.seen}\\a b\\c\\rows.csv`,
        long.seen,
      ]) {
        const planned = await json(windows, ['apply', path, '--dry-run', '--local', '-q']);
        assert.equal(planned.planned, 2, path);
      }
    },
  },
  {
    what: 'missing files, folders and device names (`NUL`, `con`): an error with the path as typed; nothing is created',
    async run(windows) {
      const missing = `${windows.seen}\\no such file.csv`;
      const result = await ends(windows, 2, ['apply', missing, '--yes', '--local']);
      assert.ok(result.stderr.includes(`"${missing}"`), result.stderr);
      const attempts = [
        ['apply', windows.seen, '--yes', '--local'],
        ['apply', 'NUL', '--yes', '--local'],
        ['apply', 'con', '--yes', '--local'],
        ['patch', A, '--body', 'NUL', '--local'],
        ['patch', A, '--body', missing, '--local'],
        ['report', '--from', 'NUL', '--out', 'r.html'],
        ['report', '--from', missing, '--out', 'r.html'],
        ['report', '--out', 'NUL', '--local'],
        ['apply', windows.file('rows.csv', ROWS).seen, '--plan', 'nul.json', '--local'],
        ['report', '--out', 'con', '--local'],
        ['report', '--out', `${windows.seen}\\no folder\\r.html`, '--local'],
        ['report', '--out', windows.seen, '--local'],
      ];
      for (const args of attempts) {
        const { stderr } = await ends(windows, 2, args);
        assert.doesNotMatch(stderr, /\\\\/, args.join(' '));
        assert.doesNotMatch(stderr, /unexpected|defect/, args.join(' '));
      }
      assert.deepEqual(
        readdirSync(windows.home).filter((name) => /^(nul|con|r\.html)/i.test(name)),
        [],
      );
    },
  },
  {
    what: 'a saved plan: written, overwritten, read and applied',
    async run(windows) {
      const rows = windows.file('rows.csv', ROWS);
      const plan = windows.file('Plan ä.json');
      await json(windows, ['apply', rows.seen, '--plan', plan.seen, '--local', '-q']);
      await json(windows, ['apply', rows.seen, '--plan', plan.seen, '--local', '-q']);
      assert.equal(JSON.parse(plan.read()).rows.length, 2);
      const done = await json(windows, ['apply', plan.seen, '--yes', '--local', '-q']);
      assert.equal(done.written, 2);
    },
  },
  {
    what: '`runs`, `runs show last` and `undo last`',
    smoke: true,
    async run(windows) {
      const rows = windows.file('rows.csv', ROWS);
      const before = await json(windows, ['get', A, '--local', '-q']);
      await json(windows, ['apply', rows.seen, '--yes', '--local', '-q']);
      const shown = await json(windows, ['runs', 'show', 'last']);
      assert.deepEqual([shown.state, shown.written, shown.rows.length], ['done', 2, 2]);
      assert.equal((await json(windows, ['undo', 'last', '--yes', '--local', '-q'])).written, 2);
      assert.equal((await json(windows, ['get', A, '--local', '-q'])).errorCount, before.errorCount);
    },
  },
  {
    what: 'a run that is killed, and resumed',
    smoke: true,
    async run(windows) {
      await serving(windows, SLOW, async (url) => {
        const run = await halfWay(windows, url);
        run.kill();
        await run.ended;
        const [killed] = await json(windows, ['runs']);
        assert.equal(killed.state, 'interrupted');
        const done = await json(windows, [
          'apply',
          '--resume',
          'last',
          '--yes',
          '--rate',
          '100/1s',
          '--endpoint',
          url,
        ]);
        assert.equal(done.written + done.unchanged, 40);
        const counts = await json(windows, ['list', '--endpoint', url]);
        assert.ok(counts.every(({ overview }) => overview.pendingCount === 7777));
      });
    },
  },
  {
    what: 'a second process on a run of another process: exit code 11',
    async run(windows) {
      await serving(windows, SLOW, async (url) => {
        const first = await halfWay(windows, url);
        assert.equal((await json(windows, ['runs']))[0].state, 'running');
        await ends(windows, 11, ['apply', '--resume', 'last', '--yes', '--endpoint', url]);
        first.kill();
        await first.ended;
      });
    },
  },
  {
    what: '`report` to an existing file and to a read-only file',
    async run(windows) {
      const out = windows.file('Übersicht.html', 'old');
      await json(windows, ['report', '--out', out.seen, '--local', '-q']);
      assert.match(out.read(), /^<!doctype html>/i);
      const fixed = windows.file('fixed.html', 'old');
      chmodSync(fixed.path, 0o444);
      const { code, stderr } = await windows.run(['report', '--out', fixed.seen, '--local', '-q']);
      assert.ok(code === 0 || code === 2, stderr);
      if (code === 2) assert.equal(fixed.read(), 'old');
      assert.deepEqual(
        readdirSync(windows.home).filter((name) => name.endsWith('.tmp')),
        [],
      );
    },
  },
  {
    what: '`serve` with `--log` and `--state`: the log has every request, the state is kept',
    async run(windows) {
      const [log, state] = [windows.file('requests.jsonl'), windows.file('Zustand.jsonl')];
      const args = ['--log', log.seen, '--state', state.seen];
      await serving(windows, args, async (url) => {
        await json(windows, ['patch', A, '--pending', '77', '--endpoint', url]);
      });
      const logged = log
        .read()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.deepEqual(
        logged.map(({ method, status }) => [method, status]),
        [['PATCH', 200]],
      );
      await serving(windows, args, async (url) => {
        assert.equal((await json(windows, ['get', A, '--endpoint', url])).pendingCount, 77);
      });
    },
  },
  {
    what: '`--dry-run` prints a `curl.exe` line for PowerShell',
    smoke: true,
    async run(windows) {
      const { stdout } = await ends(windows, 0, [
        'patch',
        A,
        '--overview-id',
        "it's",
        '--dry-run',
        '--local',
      ]);
      const line = stdout.split(/\r?\n/).find((text) => text.includes('curl'));
      assert.match(line ?? '', /^'\{.*it''s.*\}' \| curl\.exe --globoff -X PATCH /);
      assert.match(line ?? '', /\$env:GRAPH_TOKEN/);
    },
  },
  {
    what: 'a token from the environment: `whoami`; a saved sign-in: read, and removed by `logout`',
    async run(windows) {
      const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const claims = { aud: 'https://graph.microsoft.com', upn: 'ä@example.com', exp: 4_000_000_000 };
      const env = { GRAPH_TOKEN: `${part({ alg: 'RS256' })}.${part(claims)}.signature` };
      assert.equal((await json(windows, ['whoami', '--auth', 'token'], { env })).account, 'ä@example.com');
      const folder = join(windows.home, 'state', 'sign-in');
      mkdirSync(folder, { recursive: true });
      const session = { version: 1, cloud: 'global', tenant: 't', client: 'c', account: 'ä', record: '{}' };
      writeFileSync(join(folder, 'session.json'), JSON.stringify({ ...session, storage: 'file' }));
      writeFileSync(join(folder, 'tokens.json'), '{"cache":""}');
      assert.deepEqual(await json(windows, ['logout']), { account: 'ä', removed: true });
      assert.deepEqual(readdirSync(folder), []);
      assert.deepEqual(await json(windows, ['logout']), { account: null, removed: false });
    },
  },
  {
    what: '`doctor`',
    async run(windows) {
      await serving(windows, [], async (url) => {
        const checks = await json(windows, ['doctor', '--endpoint', url]);
        assert.deepEqual(
          checks.filter(({ verdict }) => verdict === 'fail'),
          [],
        );
      });
    },
  },
  {
    what: '`completion`: the scripts are the same as on other systems, with line feeds only',
    async run(windows) {
      for (const shell of ['powershell', 'bash', 'zsh', 'fish']) {
        const { stdout } = await ends(windows, 0, ['completion', shell]);
        assert.doesNotMatch(stdout, /\r/);
        assert.match(stdout, /graph-overview/);
      }
    },
  },
  {
    what: 'without `GRAPH_OVERVIEW_STATE` the state is in LocalAppData',
    async run(windows) {
      const env = { GRAPH_OVERVIEW_STATE: '', LOCALAPPDATA: `${windows.seen}\\Local` };
      await json(windows, ['patch', A, '--pending', '1', '--local', '-q'], { env });
      // Wine sets the variable itself.
      const local = windows.native ? join(windows.home, 'Local') : windows.localAppData;
      assert.ok(readdirSync(join(local, 'graph-overview', 'State')).length > 0);
    },
  },
];
