import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { report } from '../../src/commands/report/index.ts';
import { configuration, unread } from '../report/listings.ts';
import { cleanEnvironment, runBinary } from '../support/binary.ts';
import { startRecordingServer } from '../support/recording-server.ts';
import { runMain } from '../support/run-main.ts';

let folder: string;
let out: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graph-overview-report-'));
  out = join(folder, 'report.html');
});

function file(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

describe('report', () => {
  test('writes the page of the tenant, and prints a summary', async () => {
    const run = await runMain(['report', '--out', out, '--local', '-o', 'json']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const page = readFileSync(out, 'utf8');
    expect(JSON.parse(run.stdout)).toEqual({
      file: out,
      configurations: 39,
      devices: expect.any(Number),
      incomplete: 0,
      failed: 0,
      movements: null,
      bytes: Buffer.byteLength(page),
    });
    expect(page).toMatch(/^<!DOCTYPE html>/);
    expect(page).toContain('2026-01-02 03:04 UTC');
    expect(page).toContain('the built-in mock Graph, beta');
    expect(readdirSync(folder)).toEqual(['report.html']);
    const table = await runMain(['report', '--out', out, '--local']);
    expect(table.stdout).toMatch(
      /report\.html written, [\d,]+ bytes\n39 configurations, [\d,]+ device states\n/,
    );
  });

  test.each(report.examples.map(({ line }) => line))('runs the example of its help: %s', async (line) => {
    const words = line.split(' ').map((word) => (word === 'report.html' ? out : word));
    const run = await runMain(words);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).not.toBe('');
  });

  test('writes the same page to standard output as to a file', async () => {
    const listing = file('tenant.json', [configuration('a', { successCount: 1 }, 'name \u202e \u0007 <b>')]);
    await runMain(['report', '--from', listing, '--out', out]);
    const run = await runMain(['report', '--from', listing]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toBe(readFileSync(out, 'utf8'));
  });

  test('compares two files, and the tenant with a file', async () => {
    const [old, now] = [
      file('old.json', [configuration('a', { pendingCount: 5 }), configuration('gone')]),
      file('new.jsonl', JSON.stringify(configuration('a', { pendingCount: 2, successCount: 3 }))),
    ];
    const run = await runMain(['report', '--from', now, '--compare', old, '--out', out, '-o', 'json']);
    expect(JSON.parse(run.stdout).movements).toEqual({
      changed: 1,
      added: 0,
      removed: 1,
      same: 0,
      unknown: 0,
    });
    const listed = await runMain(['list', '--local', '-o', 'json']);
    const live = ['report', '--local', '--compare', '-', '--out', out, '-o', 'json'];
    const same = await runMain(live, { input: listed.stdout });
    expect(JSON.parse(same.stdout).movements).toMatchObject({ same: 39, changed: 0 });
  });

  test.each([
    [
      80,
      [
        '2 configurations, 1,002 + ? device states',
        '1 changed, 1 added, 1 removed, 0 unchanged',
        '1 with missing or invalid counts',
      ],
    ],
    [
      32,
      [
        '2 configurations,',
        '1,002 + ? device states',
        '1 changed, 1 added, 1 removed,',
        '0 unchanged',
        '1 with missing or invalid counts',
      ],
    ],
  ])('prints the summary of the page in %i columns, with invalid counts', async (columns, lines) => {
    const counts = { failedCount: '12', pendingCount: 1_002 };
    const now = file('now.json', [configuration('a', counts, 'The a'), configuration('new')]);
    const old = file('old.json', [configuration('a', { pendingCount: 5 }), configuration('gone')]);
    const run = await runMain(['report', '--from', now, '--compare', old, '--out', out, '--no-color'], {
      columns,
    });
    expect([run.code, run.stderr]).toEqual([
      0,
      'warning: The a (a): failedCount is "12": not included in totals\n',
    ]);
    expect(run.stdout.split('\n').slice(1, -1)).toEqual(lines);
  });

  test.each([
    ['a string', '12', 'is "12"'],
    ['null', null, 'is null'],
    ['missing', undefined, 'is missing'],
  ])('reports a count that is %s in the record and in a warning', async (_, failedCount, words) => {
    const listing = file('tenant.json', [configuration('a', { failedCount, successCount: 4 }, null)]);
    const run = await runMain(['report', '--from', listing, '--out', out, '-o', 'json']);
    expect([run.code, run.stderr]).toEqual([0, `warning: a: failedCount ${words}: not included in totals\n`]);
    expect(JSON.parse(run.stdout)).toMatchObject({ configurations: 1, devices: 4, incomplete: 1, failed: 0 });
  });

  test('shows a configuration of a listing that could not be read, and exits with code 8', async () => {
    const listing = file('tenant.json', [configuration('a'), unread('b', 'it is gone')]);
    const run = await runMain(['report', '--from', listing, '--out', out, '-o', 'json']);
    expect(run.code).toBe(8);
    expect(JSON.parse(run.stdout)).toMatchObject({ configurations: 2, failed: 1 });
    expect(readFileSync(out, 'utf8')).toContain('it is gone');
  });

  test('shows a configuration of a tenant that could not be read, and exits with code 8', async () => {
    const server = await startRecordingServer(({ path }, response) => {
      const status = path.includes('expand') ? 400 : path.includes('/bad/') ? 404 : 200;
      response.writeHead(status, { 'content-type': 'application/json' });
      const list = { value: [{ id: 'bad', displayName: 'B' }, { id: 'good' }] };
      response.end(JSON.stringify(path.includes('$select') ? list : { pendingCount: 1 }));
    });
    try {
      const run = await runMain(['report', '--endpoint', server.url, '--out', out, '-o', 'json']);
      expect(run.code).toBe(8);
      expect(run.stderr).toContain('1 of 2 configurations could not be read');
      expect(JSON.parse(run.stdout)).toMatchObject({ configurations: 2, devices: 1, failed: 1 });
    } finally {
      await server.close();
    }
  });

  test('is not written to a terminal', async () => {
    const run = await runMain(['report', '--local'], { columns: 80 });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('--out report.html');
  });

  test('reports several errors together, and reads nothing', async () => {
    const run = await runMain(
      ['report', '--from', '-', '--compare', '-', '--local', '--out', join(folder, 'no', 'x.html')],
      { input: 'no listing' },
    );
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('cannot both be read from standard input');
    expect(run.stderr).toContain('--from and --local cannot be used together');
    expect(run.stderr).toContain('the folder does not exist');
  });

  test.each([
    ['-o json without --out', ['--local', '-o', 'json'], '--output needs --out'],
    ['--query without --out', ['--local', '--query', 'bytes'], '--query needs --out'],
    ['no such file', ['--from', '/no/such.json'], 'there is no such file'],
    ['a folder', ['--from', '/tmp'], 'cannot be read (EISDIR)'],
  ])('exits with code 2: %s', async (_, args, message) => {
    const run = await runMain(['report', ...args]);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(message);
  });

  test('overwrites only regular files that are not its input', async () => {
    const listing = file('tenant.json', []);
    mkdirSync(join(folder, 'folder'));
    for (const [target, message] of [
      [listing, '--out would overwrite the file of --from'],
      [join(folder, 'folder'), 'is a folder'],
      [join(folder, 'new/'), 'is the name of a folder'],
      ['/dev/null', 'is not a regular file'],
    ] as const) {
      const run = await runMain(['report', '--from', listing, '--out', target]);
      expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    expect(readFileSync(listing, 'utf8')).toBe('[]');
  });

  test('follows a link, and keeps the old page if an input file is wrong', async () => {
    const target = file('target.html', 'old');
    symlinkSync(target, out);
    const bad = file('bad.json', '[{"id":"a"}]');
    const wrong = await runMain(['report', '--from', bad, '--out', out]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('record 1: has neither "overview" nor "error"');
    expect(readFileSync(target, 'utf8')).toBe('old');
    await runMain(['report', '--from', file('good.json', []), '--out', out]);
    expect(readFileSync(target, 'utf8')).toMatch(/^<!DOCTYPE html>/);
  });
});

describe('report of the built program', () => {
  const env = cleanEnvironment();

  test('writes a page from the output of list', async () => {
    const listed = await runBinary(['list', '--local', '-o', 'jsonl'], { env });
    const run = await runBinary(['report', '--from', '-'], { env, input: listed.stdout });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/^<!DOCTYPE html>[\s\S]*<\/html>\n$/);
    const written = await runBinary(['report', '--from', '-', '--out', out], { env, input: '{"id":' });
    expect(written.code).toBe(2);
    expect(written.stderr).toContain('--from -: line 1');
  });
});
