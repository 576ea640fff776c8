import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { foundRows, type NotFound } from '../../src/input/found-rows.ts';
import { readRows } from '../../src/input/read-rows.ts';
import type { FileRows } from '../../src/input/row.ts';
import type { Failure } from '../../src/outcome/errors.ts';
import type { Named } from '../../src/overview/match-name.ts';
import { readFile } from './read-file.ts';

const read = (content: string): Promise<FileRows> =>
  readRows(Readable.from([content]), { apiVersion: 'beta', now: 0 });

describe('rows with a display name only', () => {
  test('are separate from the rows with an id', async () => {
    const { rows, named } = await read(
      'deviceConfigurationId,displayName,via,pending\na,x,,1\n,Wi-Fi,root,2\n,VPN,,3\n',
    );
    expect(rows).toMatchObject([{ line: 2, deviceConfigurationId: 'a', displayName: null }]);
    expect(named).toMatchObject([
      { line: 3, name: 'Wi-Fi', route: { via: 'root' }, values: { pendingCount: 2 } },
      { line: 4, name: 'VPN', route: { via: 'direct' }, values: { pendingCount: 3 } },
    ]);
  });

  test.each([
    ['the only column', 'displayName,pending\nVPN,3\n', 2],
    ['the first of two columns', 'displayName,pending,display-name\nVPN,3,x\n', 2],
    ['the second of two columns, if the first is empty', 'displayName,pending,display-name\n,3,VPN\n', 2],
    ['a member of JSON', '{"displayName":"VPN","pending":3}', 1],
    [
      'a member of JSON next to one of another type',
      '{"displayName":"VPN","pending":3,"display-name":{}}',
      1,
    ],
  ])('can have the name in %s', async (_, content, line) => {
    expect(await readFile(content)).toEqual({ named: [[line, 'VPN', { pendingCount: 3 }]], rows: [] });
  });

  test('are duplicates if their names are equal in NFC', async () => {
    const { named } = await read('displayName,pending\nWa\u0308,1\nx,1\nW\u00e4,1\nw\u00e4,1\n');
    expect(named.map(({ line, duplicateOf }) => [line, duplicateOf])).toEqual([
      [2, undefined],
      [3, undefined],
      [4, 2],
      [5, undefined],
    ]);
  });

  test('cannot have different values for one name', async () => {
    expect(await readFile('displayName,pending\nx,1\nx,2\n')).toEqual({
      errors: ['line 3: another value for the overview of line 2 (keep one of the two rows)'],
    });
  });
});

describe('names that were looked up', () => {
  const ROUTE = { via: 'direct', segments: [], certificateId: undefined, uncast: false };
  const VPN: Named = { id: 'v', displayName: 'VPN of the office' };

  /** Each row as `[line, id, display name, values, line of the identical row]`. */
  function found(file: FileRows, names: Readonly<Record<string, Named | NotFound>>): unknown[] {
    return foundRows(file, new Map(Object.entries(names))).map((row) => [
      row.line,
      row.deviceConfigurationId,
      row.displayName,
      row.values,
      row.duplicateOf,
    ]);
  }

  function failureOf(file: FileRows, names: Readonly<Record<string, Named | NotFound>>): Failure {
    try {
      return expect(found(file, names)).toBe('rejected') as never;
    } catch (error) {
      return error as Failure;
    }
  }

  test('are added in the order of the file, with the names of the service', async () => {
    const file = await read(
      'deviceConfigurationId,displayName,pending\n,vpn,1\na,x,2\n,vpn,1\n,Wi-Fi,4\nb,,5\n',
    );
    const rows = found(file, { vpn: VPN, 'Wi-Fi': { id: 'w', displayName: 'Wi-Fi' } });
    expect(rows).toEqual([
      [2, 'v', 'VPN of the office', { pendingCount: 1 }, undefined],
      [3, 'a', null, { pendingCount: 2 }, undefined],
      [4, 'v', 'VPN of the office', { pendingCount: 1 }, 2],
      [5, 'w', 'Wi-Fi', { pendingCount: 4 }, undefined],
      [6, 'b', null, { pendingCount: 5 }, undefined],
    ]);
  });

  test('leave rows with only ids unchanged', async () => {
    const { rows, named } = await read('deviceConfigurationId,pending\na,1\na,1\n');
    expect(foundRows({ rows, named }, new Map())).toBe(rows);
  });

  test('are removed from the rows', () => {
    const row = { line: 2, name: 'vpn', route: ROUTE, values: { failedCount: 1 } };
    expect(foundRows({ rows: [], named: [row] }, new Map([['vpn', VPN]]))).toEqual([
      {
        line: 2,
        deviceConfigurationId: 'v',
        displayName: 'VPN of the office',
        route: ROUTE,
        values: { failedCount: 1 },
      },
    ]);
  });

  test.each([
    ['an id and a name', 'deviceConfigurationId,displayName,pending\nV,,1\n,vpn,1\n'],
    ['two names', 'displayName,pending\nvpn,1\nVPN,1\n'],
  ])('are duplicates if they belong to the same configuration: %s', async (_, content) => {
    const rows = found(await read(content), { vpn: VPN, VPN });
    expect(rows.map((row) => (row as unknown[]).at(-1))).toEqual([undefined, 2]);
  });

  test('are duplicates of the first row for the configuration', async () => {
    const file = await read('deviceConfigurationId,displayName,pending\nV,,1\n,vpn,1\n,vpn,1\n');
    expect(found(file, { vpn: VPN })).toMatchObject([
      [2, 'V', null, { pendingCount: 1 }, undefined],
      [3, 'v', 'VPN of the office', { pendingCount: 1 }, 2],
      [4, 'v', 'VPN of the office', { pendingCount: 1 }, 2],
    ]);
  });

  test('cannot have other values for the same configuration', async () => {
    const file = await read('deviceConfigurationId,displayName,pending\nV,,1\n,vpn,2\n,vpn,2\n');
    expect(failureOf(file, { vpn: VPN })).toMatchObject({
      kind: 'usage',
      message: 'lines 3-4: another value for the overview of line 2',
      details: { hint: 'keep one of the two rows' },
    });
  });

  test('that are not found are errors of their lines', async () => {
    const missing = (name: string): NotFound => ({
      message: `no configuration is named ${JSON.stringify(name)}`,
      hint: 'check the name',
    });
    const file = await read('displayName,pending\nvpn,1\nx,2\ny,3\nz,4\n');
    const names = {
      vpn: VPN,
      x: missing('x'),
      y: missing('y'),
      z: { message: 'ambiguous', hint: undefined },
    };
    expect(failureOf(file, names)).toMatchObject({
      kind: 'usage',
      details: {
        errors: [
          'lines 3-4: no configuration is named "x" (and 1 other value) (check the name)',
          'line 5: ambiguous',
        ],
      },
    });
  });

  test('must all have been looked up', async () => {
    const file = await read('displayName,pending\nvpn,1\nx,2\n');
    expect(failureOf(file, { vpn: VPN }).message).toBe('missing lookup of x');
  });
});
