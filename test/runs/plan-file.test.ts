import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Failure } from '../../src/outcome/errors.ts';
import type { Plan } from '../../src/runs/plan.ts';
import {
  checkFresh,
  checkReplaceable,
  loadPlan,
  rowsOf,
  type SavedPlan,
  savePlan,
} from '../../src/runs/plan-file.ts';
import type { RowRecord } from '../../src/runs/row-record.ts';
import { MAX_DEPTH } from '../../src/text/json-depth.ts';
import { recordOf, rowOf, TARGET } from './rows.ts';

let folder: string;
let path: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
  path = join(folder, 'plan.json');
});

afterAll(() => rmSync(folder, { recursive: true }));

const SAVED: SavedPlan = {
  type: 'graph-overview-plan',
  version: 2,
  created: '2026-01-02T00:00:00.000Z',
  target: TARGET,
  rows: [recordOf(2), recordOf(3)],
};

/** The result of loading a file with this content. */
async function loaded(content: unknown): Promise<SavedPlan | undefined> {
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return loadPlan(path);
}

describe('a saved plan', () => {
  test('is readable JSON, for its owner only', async () => {
    const write = { row: await rowOf(2), before: { pendingCount: 0 } };
    const plan: Plan = { target: TARGET, writes: [write], settled: [recordOf(9)] };
    await savePlan(path, plan, Date.UTC(2026, 0, 2));
    const saved = { ...SAVED, rows: [recordOf(2)] };
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify(saved, null, 2)}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await loadPlan(path)).toEqual(saved);
  });

  test('can have values that are nested as deeply as an answer may be', async () => {
    const deep: unknown = JSON.parse(`${'['.repeat(MAX_DEPTH - 1)}${']'.repeat(MAX_DEPTH - 1)}`);
    const write = { row: await rowOf(2), before: { pendingCount: 0, failedCount: deep } };
    await savePlan(path, { target: TARGET, writes: [write], settled: [] }, 0);
    expect((await loadPlan(path))?.rows[0]?.before).toEqual(write.before);
  });

  test('that cannot be saved is reported', async () => {
    const nowhere = join(folder, 'missing', 'plan.json');
    await expect(savePlan(nowhere, { target: TARGET, writes: [], settled: [] }, 0)).rejects.toMatchObject({
      kind: 'usage',
      message: `--plan ${nowhere}: cannot be written (ENOENT)`,
      details: { hint: 'give another file' },
    });
  });

  test('is not saved over a link', async () => {
    const link = join(folder, 'link.json');
    symlinkSync(path, link);
    await expect(savePlan(link, { target: TARGET, writes: [], settled: [] }, 0)).rejects.toMatchObject({
      kind: 'usage',
      message: `--plan ${link}: is a link and is not replaced`,
      details: { hint: 'give the name of a regular file' },
    });
  });

  test.each<[string, unknown]>([
    ['rows of CSV', 'deviceConfigurationId,pending\na,1\n'],
    ['nothing', ''],
    ['another type', { ...SAVED, type: 'graph-overview-plan-of-something' }],
    ['no rows', { ...SAVED, rows: undefined }],
    ['rows that are not a list', { ...SAVED, rows: {} }],
    ['a list', ['graph-overview-plan']],
    ['its type far from the beginning', { x: ' '.repeat(300), ...SAVED }],
  ])('is not recognized in a file with %s', async (_, content) => {
    expect(await loaded(content)).toBeUndefined();
  });

  test.each([
    [200, true],
    [201, false],
  ])('names its type within 200 bytes: to the end of byte %i', async (end, is) => {
    const content = JSON.stringify({ ...SAVED, type: undefined });
    const type = '"type":"graph-overview-plan';
    const text = `{${type.padStart(end - 1)}",${content.slice(1)}`;
    expect((await loaded(text)) !== undefined).toBe(is);
  });

  test('that is too large is rejected without reading it', async () => {
    writeFileSync(path, '{"type":"graph-overview-plan"');
    truncateSync(path, 3_000_000_000);
    await expect(loadPlan(path)).rejects.toMatchObject({
      kind: 'usage',
      message: `${path}: the saved plan is larger than 500 MB`,
      details: { hint: 'create smaller plans with --shard' },
    });
  });

  (process.platform === 'linux' ? test : test.skip)('is loaded without leaving a file open', async () => {
    writeFileSync(path, JSON.stringify(SAVED));
    const before = readdirSync('/proc/self/fd').length;
    for (let time = 0; time < 20; time += 1) await loadPlan(path);
    expect(readdirSync('/proc/self/fd').length).toBeLessThan(before + 20);
  });

  test('is not recognized in a folder or a missing file', async () => {
    mkdirSync(join(folder, 'graph-overview-plan'), { recursive: true });
    expect(await loadPlan(join(folder, 'graph-overview-plan'))).toBeUndefined();
    expect(await loadPlan(join(folder, 'missing'))).toBeUndefined();
  });

  test.each<[string, unknown, RegExp, string]>([
    [
      'is incomplete',
      '{"type":"graph-overview-plan","rows":[',
      /: the saved plan is not valid JSON: /,
      'create a new plan',
    ],
    [
      'is nested too deeply',
      `{"type":"graph-overview-plan","rows":${'['.repeat(100)}`,
      /: the saved plan is nested too deeply$/,
      'create a new plan',
    ],
    [
      'is of another version',
      { ...SAVED, version: 3 },
      /: the plan has version 3, and this program supports version 2$/,
      'update graph-overview',
    ],
    [
      'was saved by graph-overview 0.1',
      { ...SAVED, version: 1 },
      /: the plan was saved by graph-overview 0\.1, which this version cannot read$/,
      'create a new plan',
    ],
    ['has no target', { ...SAVED, target: {} }, /: the saved plan has no target$/, 'create a new plan'],
  ])('that %s is rejected', async (_, content, message, hint) => {
    const failure = await loaded(content).catch((error: Failure) => error);
    expect(failure).toMatchObject({ kind: 'usage', details: { hint } });
    expect((failure as Failure).message).toMatch(message);
    expect((failure as Failure).message.startsWith(`${path}: `)).toBe(true);
  });
});

describe('a plan can be saved', () => {
  test.each<[string, string]>([
    ['over another plan', JSON.stringify(SAVED)],
    ['over an empty file', ''],
  ])('%s', async (_, content) => {
    writeFileSync(path, content);
    expect(await checkReplaceable(path)).toBeUndefined();
  });

  test('if there is no file', async () => {
    expect(await checkReplaceable(join(folder, 'missing'))).toBeUndefined();
  });

  test('but not over another file', async () => {
    writeFileSync(path, 'deviceConfigurationId,pending\na,1\n');
    await expect(checkReplaceable(path)).rejects.toMatchObject({
      kind: 'usage',
      message: `--plan ${path}: exists and is not a saved plan`,
      details: { hint: 'give another file, or remove it first' },
    });
  });

  test('but not over a folder', async () => {
    await expect(checkReplaceable(folder)).rejects.toMatchObject({
      kind: 'usage',
      message: `--plan ${folder}: is not a file and is not replaced`,
      details: { hint: 'give the name of a regular file' },
    });
  });

  test('but not as a device of Windows', async () => {
    const { platform } = process;
    Object.defineProperty(process, 'platform', { value: 'win32' });
    try {
      await expect(checkReplaceable('NUL')).rejects.toMatchObject({
        kind: 'usage',
        message: '--plan NUL: is a device, not a file',
        details: { hint: 'give another name' },
      });
    } finally {
      Object.defineProperty(process, 'platform', { value: platform });
    }
  });
});

describe('the rows of a saved plan', () => {
  async function errorsOf(rows: readonly unknown[], target = TARGET): Promise<readonly string[]> {
    const failure = await rowsOf({ ...SAVED, target, rows: rows as RowRecord[] }).then(
      () => expect('accepted').toBe('rejected'),
      (error: Failure) => error,
    );
    expect(failure).toMatchObject({ kind: 'usage' });
    return (failure as Failure).details.errors ?? [(failure as Failure).message];
  }

  test('can be planned again', async () => {
    const vpn = recordOf(4, { via: 'windows-vpn', before: null, sent: { failedCount: 1 } });
    const rows = await rowsOf({ ...SAVED, rows: [recordOf(2), vpn] });
    expect(rows).toEqual([await rowOf(2), await rowOf(4, { failedCount: 1 }, 'windows-vpn')]);
  });

  test('have their display names, and no other value as a name', async () => {
    const named = [recordOf(2, { displayName: 'Wi-Fi' }), { ...recordOf(3), displayName: 5 }];
    const rows = await rowsOf({ ...SAVED, rows: named as RowRecord[] });
    expect(rows.map(({ displayName }) => displayName)).toEqual(['Wi-Fi', null]);
    const { displayName: _, ...unnamed } = recordOf(2);
    expect((await rowsOf({ ...SAVED, rows: [unnamed as RowRecord] }))[0]?.displayName).toBeNull();
  });

  test('can be for one configuration by several routes', async () => {
    const other = recordOf(3, { deviceConfigurationId: 'c2', via: 'windows-vpn' });
    expect(await rowsOf({ ...SAVED, rows: [recordOf(2), other] })).toHaveLength(2);
  });

  test('can set a date, and the id of an overview to any string', async () => {
    const sent = { id: 'now', lastUpdateDateTime: '2026-01-01T00:00:00Z' };
    expect(await rowsOf({ ...SAVED, rows: [recordOf(2, { sent })] })).toEqual([await rowOf(2, sent)]);
  });

  test('can be without a certificate', async () => {
    const { certificateId: _, ...record } = recordOf(2);
    expect(await rowsOf({ ...SAVED, rows: [record as RowRecord] })).toEqual([await rowOf(2)]);
  });

  test('can have a certificate in their route', async () => {
    const record = recordOf(2, { via: 'wifi-eap-root', certificateId: 'k' });
    const [row] = await rowsOf({ ...SAVED, rows: [record] });
    expect(row?.route).toMatchObject({ via: 'wifi-eap-root', certificateId: 'k' });
  });

  test.each<[string, unknown, string]>([
    ['is null', null, 'is not an object'],
    ['has no line', { ...recordOf(2), line: undefined }, 'has no line'],
    ['has a line that is not an integer', { ...recordOf(2), line: 1.5 }, 'has no line'],
    ['has a line that a journal does not accept', { ...recordOf(2), line: 2 ** 53 }, 'has no line'],
    ['has no values before', { ...recordOf(2), before: undefined }, 'before is neither an object nor null'],
    ['has a list of values before', { ...recordOf(2), before: [] }, 'before is neither an object nor null'],
    ['has no route', { ...recordOf(2), via: null }, 'has no via'],
    ['sends nothing', { ...recordOf(2), sent: {} }, 'has no values in sent'],
    ['sends null', { ...recordOf(2), sent: null }, 'has no values in sent'],
    [
      'has a number as the certificate',
      { ...recordOf(2), certificateId: 5 },
      'its certificateId is not a string',
    ],
    [
      'sends now',
      { ...recordOf(2), sent: { lastUpdateDateTime: 'now' } },
      'lastUpdateDateTime: a plan needs a date, not "now"',
    ],
    ['sends an unknown property', { ...recordOf(2), sent: { other: 1 } }, 'unknown property "other"'],
  ])('a row that %s is an error', async (_, record, fault) => {
    expect(await errorsOf([record])).toEqual([`row 1 of the plan: ${fault}`]);
  });

  test.each<[string, unknown, RegExp]>([
    [
      'no id',
      { ...recordOf(2), deviceConfigurationId: undefined },
      /^row 1 of the plan: deviceConfigurationId/,
    ],
    [
      'a string as a count',
      { ...recordOf(2), sent: { pendingCount: 'x' } },
      /^row 1 of the plan: pendingCount/,
    ],
    ['a wrong route', { ...recordOf(2), via: 'nowhere' }, /nowhere/],
  ])('%s is an error', async (_, record, fault) => {
    expect(await errorsOf([record])).toEqual([expect.stringMatching(fault)]);
  });

  test('are reported with all their errors together', async () => {
    const again = { ...recordOf(3), deviceConfigurationId: 'C2' };
    expect(
      await errorsOf([recordOf(2), again, { ...recordOf(2), deviceConfigurationId: 'other' }, null]),
    ).toEqual([
      'row 2 of the plan: for the same overview as row 1 (keep one of them)',
      'row 3 of the plan: line 2 is used twice',
      'row 4 of the plan: is not an object',
    ]);
  });

  test('need a known API version', async () => {
    const saved = { ...SAVED, target: { ...TARGET, apiVersion: 'v2' } };
    await expect(rowsOf(saved)).rejects.toMatchObject({
      kind: 'usage',
      message: 'the plan has no API version',
      details: { hint: 'create a new plan' },
    });
  });
});

describe('a saved plan is up to date', () => {
  const plan = async (
    before: Record<string, unknown> | null,
    settled: readonly RowRecord[] = [],
  ): Promise<Plan> => ({
    target: TARGET,
    writes: [{ row: await rowOf(2), before }],
    settled,
  });
  const ONE: SavedPlan = { ...SAVED, rows: [recordOf(2)] };

  test('if the values before are the same, with any other properties', async () => {
    expect(checkFresh(ONE, await plan({ pendingCount: 0, other: 1 }))).toBeUndefined();
    const dated = { ...ONE, rows: [recordOf(2, { before: { lastUpdateDateTime: '2026-01-01T00:00:00Z' } })] };
    expect(
      checkFresh(dated, await plan({ lastUpdateDateTime: '2026-01-01T01:00:00+01:00' })),
    ).toBeUndefined();
  });

  test('if it has no values before', async () => {
    expect(checkFresh({ ...SAVED, rows: [recordOf(2, { before: null })] }, await plan({}))).toBeUndefined();
  });

  test('if the rows of this shard are up to date', async () => {
    expect(checkFresh(SAVED, await plan({ pendingCount: 0 }))).toBeUndefined();
  });

  test.each<[string, Record<string, unknown> | null]>([
    ['has changed', { pendingCount: 1 }],
    ['is missing', {}],
    ['was not read', null],
  ])('but not if a value before %s', async (_, before) => {
    const stale = await plan(before);
    expect(() => checkFresh(ONE, stale)).toThrow(
      expect.objectContaining({
        kind: 'refused',
        message: 'the plan is stale: 1 overview has changed since it was created:\n- line 2: c2',
        details: { hint: 'create a new plan, or use --force', listed: true },
      }),
    );
  });

  test('but not if one of several values has changed', async () => {
    const saved = { ...SAVED, rows: [recordOf(2, { before: { pendingCount: 0, failedCount: 1 } })] };
    const stale = await plan({ pendingCount: 0, failedCount: 2 });
    expect(() => checkFresh(saved, stale)).toThrow('the plan is stale: 1 overview has changed');
  });

  test('but not if rows no longer need a write, of which twenty are listed', async () => {
    const rows = Array.from({ length: 25 }, (_, index) => recordOf(index + 2));
    const settled = rows.map((row) => ({ ...row, status: 'unchanged' as const }));
    const stale: Plan = { target: TARGET, writes: [], settled };
    expect(() => checkFresh({ ...SAVED, rows }, stale)).toThrow(
      expect.objectContaining({
        message: `the plan is stale: 25 overviews have changed since it was created:\n${rows
          .slice(0, 20)
          .map(({ line }) => `- line ${line}: c${line}`)
          .join('\n')}`,
      }),
    );
  });
});
