import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FORMATS } from '../../src/present/format.ts';
import type { RecordingServer } from '../support/recording-server.ts';
import { type Run, runMain, stateFolder } from '../support/run-main.ts';
import { ENCODINGS, startRepeating } from './repeated-token.ts';

/** `{"alg":"none"}`, `{"exp":4102444800,"scp":"DeviceManagementConfiguration.ReadWrite.All"}`, and a signature. */
const TOKEN =
  'eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDAsInNjcCI6IkRldmljZU1hbmFnZW1lbnRDb25maWd1cmF0aW9uLlJlYWRXcml0ZS5BbGwifQ.TmV2ZXJTaG93VGhpc1NpZ25hdHVyZQ';

/** All substrings of twelve characters of the token. */
const PIECES = Array.from({ length: TOKEN.length - 11 }, (_, at) => TOKEN.slice(at, at + 12));

function piecesIn(text: string): string[] {
  return PIECES.filter((piece) => text.includes(piece));
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

describe.each(Object.entries(ENCODINGS))(
  'a token that Graph repeats (%s) is not printed or stored',
  (_, write) => {
    let server: RecordingServer;
    let state: string;
    /** The content of searched files, by path: a run changes few of them. */
    const searchedFiles = new Map<string, string>();

    beforeAll(async () => {
      server = await startRepeating(TOKEN, write);
      state = stateFolder();
      mkdirSync(state, { recursive: true, mode: 0o700 });
    });

    afterAll(() => server.close());

    /** On a terminal of 100 columns, where tables are truncated; `report` is run without one. */
    async function searched(...args: string[]): Promise<Run> {
      const target = args[0] === 'runs' ? [] : ['--auth', 'token', '--endpoint', server.url];
      const env = { GRAPH_TOKEN: TOKEN, GRAPH_OVERVIEW_STATE: state };
      const run = await runMain([...args, ...target, '--debug'], {
        env,
        ...(args[0] === 'report' ? {} : { columns: 100 }),
      });
      for (const text of [run.stdout, run.stderr, ...newTexts()]) expect(piecesIn(text)).toEqual([]);
      return run;
    }

    function newTexts(): string[] {
      const changed: string[] = [];
      for (const path of filesIn(dirname(state))) {
        const text = readFileSync(path, 'utf8');
        if (searchedFiles.get(path) === text) continue;
        searchedFiles.set(path, text);
        changed.push(text);
      }
      return changed;
    }

    function inFolder(name: string, text?: string): string {
      const path = join(state, name);
      if (text !== undefined) writeFileSync(path, text);
      return path;
    }

    /** Including the forms of Markdown and CSV. */
    const blanked = expect.stringMatching(/\*\*\*|\\\*\\\*\\\*/);

    test('by commands that read', async () => {
      for (const format of FORMATS) {
        const list = await searched('list', '-o', format);
        expect(list.code).toBe(0);
        if (format !== 'none') expect(list.stdout).toEqual(blanked);
        const get = await searched('get', 'id:a', '-o', format);
        expect(get.code).toBe(0);
        expect((await searched('watch', 'id:a', '--until', 'failed eq 2026', '-o', format)).code).toBe(0);
        expect((await searched('wait', 'id:a', '--until', 'failed eq 2026', '-o', format)).code).toBe(0);
        expect((await searched('doctor', '-o', format)).stderr).toEqual(blanked);
      }
    });

    test('and the rest of the output is unchanged', async () => {
      const { stdout } = await searched('list', '-o', 'json');
      expect(JSON.parse(stdout)[0]).toEqual({
        deviceConfigurationId: 'a',
        displayName: 'a | <b> ***',
        '@odata.type': '#microsoft.graph.windows10GeneralConfiguration',
        overview: {
          id: 'key of a',
          note: 'a note *** of it',
          '***': 1,
          pendingCount: 5,
          failedCount: 2026,
          lastUpdateDateTime: '2026-01-01T12:00:00Z',
        },
      });
    });

    test('by report', async () => {
      expect((await searched('report')).stdout).toEqual(blanked);
      const page = inFolder('page.html');
      expect((await searched('report', '--out', page)).code).toBe(0);
      expect(readFileSync(page, 'utf8')).toEqual(blanked);
    });

    test('by patch', async () => {
      let count = 10;
      for (const format of FORMATS) {
        for (const how of [[], ['--diff'], ['--verify'], ['--if-changed']]) {
          count += 1;
          const run = await searched('patch', 'id:a', '--pending', String(count), ...how, '-o', format);
          expect(run.code).toBe(0);
        }
      }
    });

    test('by apply, runs and undo', async () => {
      for (const format of FORMATS) {
        const count = 100 + FORMATS.indexOf(format);
        const rows = inFolder(
          'rows.csv',
          `deviceConfigurationId,pendingCount\na,${count}\nb,${count}\nrefused,1\n`,
        );
        const before = new Set(filesIn(join(state, 'runs')));
        const plan = inFolder(`plan-${format}.jsonl`);
        await searched('apply', rows, '--plan', plan, '-o', format);
        expect(existsSync(plan)).toBe(true);
        await searched('apply', rows, '--dry-run', '-o', format);
        await searched('apply', rows, '--yes', '-o', format);
        expect(filesIn(join(state, 'runs')).length).toBeGreaterThan(before.size);
        const { stdout } = await searched('runs', '-o', 'json');
        const run = (JSON.parse(stdout) as { run: string }[])[0]?.run ?? '';
        expect((await searched('runs', 'show', run, '-o', format)).code).toBe(0);
        await searched('undo', run, '--yes', '--force', '-o', format);
      }
    });

    test.each(['refused', 'gone', 'odd'])('in a failure: %s', async (id) => {
      for (const format of ['table', 'json']) {
        for (const args of [
          ['get', `id:${id}`],
          ['patch', `id:${id}`, '--pending', '1'],
        ]) {
          const run = await searched(...args, '-o', format);
          expect(run.code).not.toBe(0);
          expect(run.stderr).toEqual(blanked);
        }
      }
    });
  },
);
