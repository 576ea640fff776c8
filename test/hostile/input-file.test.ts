import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { runBinary } from '../support/binary.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { runMain } from '../support/run-main.ts';

/** Hostile and damaged files. Nothing is sent for any of them. */

const folder = mkdtempSync(join(tmpdir(), 'graph-overview-input-'));
let server: RecordingServer;

beforeAll(async () => {
  server = await startRecordingServer();
});

beforeEach(() => {
  server.requests.length = 0;
});

afterAll(() => server.close());

function fileOf(content: string | Uint8Array): string {
  const path = join(folder, `file-${Math.random()}`);
  writeFileSync(path, content);
  return path;
}

async function expectRejected(argv: readonly string[], why: RegExp): Promise<void> {
  const { code, stderr } = await runMain([...argv, '--endpoint', server.url, '-o', 'json']);
  expect([code, JSON.parse(stderr).error.message]).toEqual([2, expect.stringMatching(why)]);
  expect(server.requests).toEqual([]);
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const MEGABYTE = 1_000_000;

describe('a file for apply', () => {
  test.each([
    ['one line of megabytes', 'x'.repeat(3 * MEGABYTE), /record/i],
    ['one line of JSON without end', `{"a":"${'x'.repeat(3 * MEGABYTE)}`, /longer than 1048576 characters/],
    [
      'a quote that is never closed',
      `deviceConfigurationId,pending\n"a,1\n${'b,1\n'.repeat(MEGABYTE)}`,
      /record/i,
    ],
    ['NULs', Buffer.alloc(3 * MEGABYTE), /record/i],
    ['NULs in a cell', 'deviceConfigurationId,pending\na\0b,1\n', /control character/],
    ['a hundred thousand columns', `deviceConfigurationId${',c'.repeat(100_000)}\n`, /100001 cells/],
    [
      'a hundred thousand members',
      `{${Array.from({ length: 50_000 }, (_, n) => `"c${n}":1`).join()}}\n`,
      /members|unknown column/,
    ],
    ['deep JSON', `{"deviceConfigurationId":${nested(100_000)},"pending":1}\n`, /nested deeper/],
    [
      'deep JSON for a number',
      `{"deviceConfigurationId":"a","pending":${nested(100_000)}}\n`,
      /nested deeper/,
    ],
    [
      'a value that cannot be converted to a string',
      '{"deviceConfigurationId":{"toString":1}}\n',
      /must be a string/,
    ],
    [
      'a duplicate number',
      '{"deviceConfigurationId":"a","pendingCount":1,"pendingCount":1.5}\n',
      /duplicate member/,
    ],
    [
      'a duplicate number with escapes',
      '{"deviceConfigurationId":"a","pendingCount":1,"pending\\u0043ount":1.5}\n',
      /duplicate member/,
    ],
    [
      'a number with a fraction of zero',
      '{"deviceConfigurationId":"a","x":{"pendingCount":1},"pendingCount":1.0}\n',
      /1\.0/,
    ],
    [
      'rows with fewer cells than the header',
      'deviceConfigurationId,pending,failed\nthis is not an id\n5a3b1c00-0b1e-4d5a-9c3e-000000000001,12\nb,13,14\n',
      /^2 errors:\n- line 2: has 1 cell, and the header has 3 .+\n- line 3: has 2 cells, and the header has 3 /,
    ],
    [
      'a truncated download',
      'deviceConfigurationId,pending,success,failed\n5a3b1c00-0b1e-4d5a-9c3e-000000000001,212,48',
      /^line 2: has 3 cells, and the header has 4$/,
    ],
    ['a path as an id', '{"deviceConfigurationId":"..","pending":1}\n', /change the path/],
  ])('with %s is rejected', async (_, content, why) => {
    await expectRejected(['apply', fileOf(content), '--yes'], why);
  });

  test.each(['/dev/zero', '/dev/urandom', '/dev/null'])('cannot be %s', async (device) => {
    await expectRejected(['apply', device, '--yes'], /is a device/);
    await expectRejected(['patch', 'id:x', '--body', device], /is a device/);
    const { code, stderr } = await runMain(['report', '--from', device, '--out', join(folder, 'x.html')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is a device')]);
  });

  test('can be a named pipe, which is read once', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reading = runBinary([
      'apply',
      pipe,
      '--yes',
      '--no-read',
      '--no-verify',
      '--endpoint',
      server.url,
      '-o',
      'json',
    ]);
    writeFileSync(pipe, 'deviceConfigurationId,pending\na,1\n');
    const { code, stdout } = await reading;
    expect([code, JSON.parse(stdout).written]).toEqual([0, 1]);
  });
});

describe('a saved plan', () => {
  const ROW = {
    line: 2,
    deviceConfigurationId: 'a',
    via: 'direct',
    certificateId: null,
    status: 'planned',
    before: null,
    sent: { pendingCount: 1 },
    after: null,
    error: null,
  };

  function planOf(...rows: unknown[]): string {
    const target = { graph: server.url, tenant: null, apiVersion: 'beta' };
    return fileOf(JSON.stringify({ type: 'graph-overview-plan', version: 2, created: '', target, rows }));
  }

  test('is applied if it is valid', async () => {
    const argv = [
      'apply',
      planOf(ROW),
      '--yes',
      '--no-read',
      '--force',
      '--no-verify',
      '--endpoint',
      server.url,
      '-o',
      'json',
    ];
    expect(JSON.parse((await runMain(argv)).stdout).written).toBe(1);
  });

  test.each([
    ['null', null, /is not an object/],
    ['a list', [], /is not an object/],
    ['a path as an id', { ...ROW, line: 3, deviceConfigurationId: '..' }, /change the path/],
    ['a number as a route', { ...ROW, via: 7 }, /has no via/],
    ['an object as an id', { ...ROW, deviceConfigurationId: { toString: 1 } }, /is empty/],
    ['an object as a certificate', { ...ROW, certificateId: { toString: 1 } }, /not a string/],
    ['an unknown route', { ...ROW, via: '../../users' }, /is not a route/],
    ['an unknown property', { ...ROW, sent: { deletedCount: 1 } }, /unknown property/],
    ['a negative count', { ...ROW, sent: { pendingCount: -1 } }, /pendingCount/],
    ['a fraction', { ...ROW, sent: { pendingCount: 1.5 } }, /1\.5/],
    ['an invalid date', { ...ROW, sent: { lastUpdateDateTime: 'now then' } }, /lastUpdateDateTime/],
  ])('with %s as a row is rejected', async (_, row, why) => {
    await expectRejected(['apply', planOf(ROW, row), '--yes'], why);
  });

  test.each([
    ['that is nested too deeply', `{"type":"graph-overview-plan","rows":${nested(100_000)}}`, /nested/],
    ['that is truncated', '{"type":"graph-overview-plan","rows":[', /not valid JSON/],
    ['without a target', '{"type":"graph-overview-plan","version":2,"rows":[]}', /no target/],
    ['with another version', '{"type":"graph-overview-plan","version":{"toString":1},"rows":[]}', /version/],
  ])('%s is rejected', async (_, text, why) => {
    await expectRejected(['apply', fileOf(text), '--yes'], why);
  });
});

describe('a body', () => {
  test.each([
    ['that is too large', '"'.repeat(2 * MEGABYTE), /larger than 1 MiB/],
    ['with many backslashes', `"${'\\\\'.repeat(500_000)}`, /malformed/],
    ['that is nested too deeply', nested(400_000), /nested deeper/],
  ])('%s', async (_, text, why) => {
    await expectRejected(['patch', 'id:x', '--body', fileOf(text)], why);
  });
});
