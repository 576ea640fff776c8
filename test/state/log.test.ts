import { appendFileSync, mkdtempSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { AppendLog } from '../../src/state/log.ts';
import { firstRecord, lastRecord, parseLog, readLog } from '../../src/state/read-log.ts';
import { processorTime } from '../support/processor-time.ts';

let path: string;

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'graph-overview-test-')), 'log.jsonl');
});

/** A log of two groups: of one record, and of two. */
async function written(): Promise<Buffer> {
  const log = await AppendLog.create(path);
  await log.append([{ a: 1 }]);
  await log.append([{ b: 'ä' }, { c: [] }]);
  await log.close();
  return readFileSync(path);
}

describe('a log', () => {
  test('is JSON lines whose checksums include all lines before them', async () => {
    // CRC-32 of `{"a":1,"group":1`, of that and `{"b":"ä","group":2`, and of both and `{"c":[]`.
    expect((await written()).toString()).toBe(
      '{"a":1,"group":1,"crc":"28e1991c"}\n' +
        '{"b":"ä","group":2,"crc":"696ecc2e"}\n{"c":[],"crc":"1123b181"}\n',
    );
  });

  test('is read as it was written', async () => {
    const bytes = await written();
    expect(await readLog(path)).toEqual({
      records: [{ a: 1 }, { b: 'ä' }, { c: [] }],
      size: bytes.length,
      checksum: expect.any(Number),
      damage: undefined,
    });
    expect(firstRecord(bytes)).toEqual({ a: 1 });
    expect(lastRecord(bytes)).toEqual({ c: [] });
    expect(lastRecord(bytes.subarray(-60))).toEqual({ c: [] });
    expect(lastRecord(bytes.subarray(0, -1))).toBeUndefined();
    expect(lastRecord(Buffer.from(bytes.toString().replace('[]', '{}')))).toBeUndefined();
  });

  test.each<[string, (bytes: Buffer) => Buffer, string | undefined, number]>([
    ['truncated in its last line', (bytes) => bytes.subarray(0, -9), 'torn', 1],
    [
      'truncated between two lines of a group',
      (bytes) => bytes.subarray(0, bytes.lastIndexOf('{"c"')),
      'torn',
      1,
    ],
    ['truncated between two groups', (bytes) => bytes.subarray(0, bytes.indexOf('{"b"')), undefined, 1],
    ['without its last line break', (bytes) => bytes.subarray(0, -1), 'last', 1],
    ['with a hole in its last group', (bytes) => filled(bytes, bytes.indexOf('"b"'), 12), 'last', 1],
    ['with a hole at its end', (bytes) => filled(bytes, bytes.indexOf('"c"'), bytes.length), 'last', 1],
    ['with zeros after it', (bytes) => Buffer.concat([bytes, Buffer.alloc(4_096)]), 'last', 3],
    ['with a changed record in its last group', (bytes) => swapped(bytes, 'ä', 'ö'), 'last', 1],
    ['with a changed record before', (bytes) => swapped(bytes, '"a":1', '"a":2'), 'before', 0],
    ['with a hole in its first group', (bytes) => filled(bytes, 2, 12), 'before', 0],
    ['without a line break between groups', (bytes) => swapped(bytes, '}\n{"b"', '} {"b"'), 'before', 0],
    ['without its first group', (bytes) => bytes.subarray(bytes.indexOf('{"b"')), 'last', 0],
    ['that is empty', () => Buffer.alloc(0), undefined, 0],
  ])('%s is valid up to the damage', async (_, change, damage, records) => {
    const bytes = await written();
    const content = parseLog(change(bytes));
    expect(content.damage).toBe(damage);
    expect(content.records).toEqual([{ a: 1 }, { b: 'ä' }, { c: [] }].slice(0, records));
  });

  test('is read in parts, with groups and lines of any length', async () => {
    const log = await AppendLog.create(path);
    const long = 'ä'.repeat(300_000);
    const many = Array.from({ length: 5_000 }, (_, index) => ({ index, text: 'x'.repeat(100) }));
    await log.append([{ long }]);
    await log.append(many);
    await log.append([{ a: 1 }]);
    await log.close();
    const content = await readLog(path);
    expect(content).toEqual(parseLog(readFileSync(path)));
    expect(content).toMatchObject({ damage: undefined, size: statSync(path).size });
    expect(content.records).toEqual([{ long }, ...many, { a: 1 }]);
    for (const [from, to, damage, records] of [
      ['"index":4999', '"index":4998', 'before', 1],
      ['"a":1', '"a":2', 'last', 5_001],
    ] as const) {
      const bytes = readFileSync(path);
      writeFileSync(path, swapped(bytes, from, to));
      const damaged = await readLog(path);
      expect([damaged.damage, damaged.records.length]).toEqual([damage, records]);
      writeFileSync(path, bytes);
    }
  });

  test('has damage before its end if a group starts after it, wherever the chunks are split', async () => {
    const bytes = await written();
    const start = bytes.indexOf('{"b"');
    for (const at of [1, 8, 20, 28, 29]) {
      // The first line of a group ends at or near the end of a chunk.
      const filler = Buffer.alloc(262_144 - start - at - '"b":1,'.length, 'x');
      const group = '"b":1,"group":1,"crc":"00000000"}';
      writeFileSync(
        path,
        Buffer.concat([bytes.subarray(0, start), filler, Buffer.from(`${group}${group}\n`)]),
      );
      expect([at, (await readLog(path)).damage]).toEqual([at, 'before']);
    }
  });

  test('with a line that is too long is read in linear time and is damaged', async () => {
    await written();
    truncateSync(path, 150_000_000);
    const began = processorTime();
    const content = await readLog(path);
    const spent = processorTime() - began;
    expect([content.damage, content.records.length]).toEqual(['last', 3]);
    expect(spent).toBeLessThan(5_000);
  });

  test.each([0, 9])('that was torn is truncated and continued, without its last %i bytes', async (cut) => {
    const bytes = await written();
    if (cut === 0) writeFileSync(path, swapped(bytes, 'ä', 'ö'));
    else truncateSync(path, bytes.length - cut);
    const again = await AppendLog.reopen(path, await readLog(path), cut === 0 ? [{ d: 1 }] : []);
    await again.append([{ e: 1 }]);
    await again.close();
    const { records, damage, size } = await readLog(path);
    expect(records).toEqual(cut === 0 ? [{ a: 1 }, { d: 1 }, { e: 1 }] : [{ a: 1 }, { e: 1 }]);
    expect([damage, size]).toEqual([undefined, statSync(path).size]);
  });

  test('is not written to if its guard rejects, or if another program has written to it', async () => {
    let allowed = true;
    const log = await AppendLog.create(path, async () => {
      if (!allowed) throw new Error('not yours');
    });
    await log.append([{ a: 1 }]);
    allowed = false;
    await expect(log.append([{ b: 1 }])).rejects.toThrow('not yours');
    allowed = true;
    appendFileSync(path, 'x');
    await expect(log.append([{ c: 1 }])).rejects.toThrow('another process has written to it');
    expect((await readLog(path)).records).toEqual([{ a: 1 }]);
    await log.close();
  });
});

function filled(bytes: Buffer, from: number, length: number): Buffer {
  return Buffer.from(bytes).fill(0, from, Math.min(bytes.length, from + length));
}

function swapped(bytes: Buffer, one: string, other: string): Buffer {
  return Buffer.from(bytes.toString().replace(one, other));
}
