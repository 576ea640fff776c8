import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Runtime } from '../../src/process/runtime.ts';
import { createJournal } from '../../src/runs/journal.ts';
import type { EndEntry } from '../../src/runs/journal-entries.ts';
import { headOf, listRuns, nextSequence, runsFolder, unreadableFolder } from '../../src/runs/runs-folder.ts';
import { countsOf, HEAD } from './rows.ts';

const END: EndEntry = {
  type: 'end',
  at: '2026-01-02T03:05:00.000Z',
  interrupted: false,
  inDoubt: 0,
  counts: countsOf({ planned: 1, written: 1 }),
};

let state: string;
let runtime: Runtime;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
  const env = { GRAPH_OVERVIEW_STATE: state };
  runtime = { env, platform: 'linux', home: undefined } as Partial<Runtime> as Runtime;
});

afterEach(() => rmSync(state, { recursive: true }));

const pathOf = (name: string): string => join(state, 'runs', name);

async function create(run: string, { source = 'rows.csv', end }: { source?: string; end?: EndEntry } = {}) {
  const journal = await createJournal(runtime, { ...HEAD, run, source });
  if (end !== undefined) await journal.append([end]);
  await journal.close();
}

const onLinux = process.platform === 'linux' ? test : test.skip;

describe('the runs of a folder', () => {
  test('are none without a folder', async () => {
    expect(await listRuns(runtime)).toEqual([]);
    expect(await nextSequence(pathOf('.'))).toBe(1);
  });

  test('are listed by their sequence, newest first, with the first and the last record', async () => {
    await create('b', { end: END });
    await create('c');
    await create('a');
    const runs = await listRuns(runtime);
    expect(runs.map(({ run, head }) => [run, head?.sequence])).toEqual([
      ['a', 3],
      ['c', 2],
      ['b', 1],
    ]);
    expect(runs.map(({ end }) => end)).toEqual([undefined, undefined, END]);
    expect(runs[2]?.head).toEqual({ ...HEAD, run: 'b', sequence: 1 });
    expect(await nextSequence(runsFolder(runtime))).toBe(4);
  });

  test('do not include other files; those without a head are last, by name', async () => {
    await create('a');
    for (const name of ['y.jsonl', 'z.jsonl', 'x.jsonl', 'b.json', 'a b.jsonl', 'c.jsonl.txt'])
      writeFileSync(pathOf(name), '');
    expect((await listRuns(runtime)).map(({ run }) => run)).toEqual(['a', 'z', 'y', 'x']);
  });

  test('begin with the sequence number 1 beside files that are not journals', async () => {
    mkdirSync(pathOf('.'));
    writeFileSync(pathOf('z.jsonl'), '');
    expect(await nextSequence(pathOf('.'))).toBe(1);
  });

  onLinux('are listed without leaving a file open', async () => {
    await create('a');
    mkdirSync(pathOf('folder.jsonl'));
    const before = readdirSync('/proc/self/fd').length;
    for (let time = 0; time < 20; time += 1) await listRuns(runtime);
    expect(readdirSync('/proc/self/fd').length).toBeLessThan(before + 20);
  });

  onLinux('have the code of the system for a socket', async () => {
    await create('a');
    const server = createServer().listen(pathOf('socket.jsonl'));
    await once(server, 'listening');
    const socket = (await listRuns(runtime)).find(({ run }) => run === 'socket');
    server.close();
    expect(socket).toEqual({ run: 'socket', head: undefined, end: undefined, unreadable: 'ENXIO' });
  });

  test('have the reason why a file is not read', async () => {
    await create('a');
    mkdirSync(pathOf('folder.jsonl'));
    symlinkSync(pathOf('a.jsonl'), pathOf('link.jsonl'));
    const [, ...unread] = await listRuns(runtime);
    expect(unread).toEqual([
      { run: 'link', head: undefined, end: undefined, unreadable: 'a link' },
      { run: 'folder', head: undefined, end: undefined, unreadable: 'not a file' },
    ]);
  });

  test('have no head if the journal is a copy of another one', async () => {
    await create('a', { end: END });
    copyFileSync(pathOf('a.jsonl'), pathOf('copy.jsonl'));
    expect((await listRuns(runtime)).find(({ run }) => run === 'copy')).toEqual({
      run: 'copy',
      head: undefined,
      end: END,
    });
  });

  test.each([
    [9_000, true],
    [64_000, true],
    [70_000, false],
  ])('have a head with a path of %i characters: %p', async (length, expected) => {
    await create('a', { source: 'x'.repeat(length), end: END });
    const [run] = await listRuns(runtime);
    expect([run?.head?.source?.length === length, run?.end]).toEqual([expected, END]);
  });

  test('are an error if the folder cannot be read', async () => {
    writeFileSync(join(state, 'runs'), '');
    await expect(listRuns(runtime)).rejects.toMatchObject({
      kind: 'usage',
      message: `the journals in ${join(state, 'runs')} cannot be read (ENOTDIR)`,
      details: { hint: 'set GRAPH_OVERVIEW_STATE to a readable folder' },
    });
    expect(unreadableFolder('f', 'odd').message).toBe('the journals in f cannot be read (odd)');
  });

  test('need a state folder', () => {
    expect(() => runsFolder({ env: {}, platform: 'linux', home: undefined })).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: 'there is no folder for the journal',
        details: { hint: 'set GRAPH_OVERVIEW_STATE to a folder' },
      }),
    );
  });
});

describe('the head of a run', () => {
  test('is read by its name', async () => {
    await create('a-1_B');
    expect(headOf(runtime, 'a-1_B')).toMatchObject({ run: 'a-1_B', source: 'rows.csv' });
    expect(headOf(runtime, 'none')).toBeUndefined();
  });

  test('is not read for a name with a dot, although there is such a journal', async () => {
    await create('a.b');
    expect(headOf(runtime, 'a.b')).toBeUndefined();
  });

  test.each(['../runs/a', 'a.b', '', 'a/'])('is not read for a name that cannot be one: %j', async (name) => {
    await create('a');
    expect(headOf(runtime, name)).toBeUndefined();
  });
});
