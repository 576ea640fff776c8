import { afterEach, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { guardedCell, unguardedCell } from '../../src/text/spreadsheet-cell.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { runMain } from '../support/run-main.ts';

/** The list of OWASP of characters that start a formula, by hand. */
const FORMULAS = [
  "=cmd|'/c calc'!A0",
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '＝1',
  '＋1',
  '－1',
  '＠1',
];

let server: RecordingServer | undefined;

afterEach(() => server?.close());

/** A tenant whose names and ids are formulas. */
async function tenant(): Promise<RecordingServer> {
  const value = FORMULAS.map((text, index) => ({
    id: index < 4 ? text : `id-${index}`,
    displayName: text,
    deviceStatusOverview: { id: text, pendingCount: index, failedCount: -index },
  }));
  server = await startRecordingServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ value }));
  });
  return server;
}

describe('CSV in a spreadsheet', () => {
  test('does not run text of the tenant', async () => {
    const { url } = await tenant();
    const { stdout } = await runMain(['list', '--endpoint', url, '-o', 'csv']);
    const rows: Record<string, string>[] = parse(stdout, { columns: true });
    expect(rows.map(({ displayName }) => displayName)).toEqual(FORMULAS.map((text) => `'${text}`));
    expect(rows[0]?.deviceConfigurationId).toBe("'=cmd|'/c calc'!A0");
    const { stdout: queried } = await runMain([
      'list',
      '--endpoint',
      url,
      '-o',
      'csv',
      '--query',
      '[].displayName',
    ]);
    expect(parse(queried).flat()).toEqual(FORMULAS.map((text) => `'${text}`));
  });

  test('has unchanged numbers and headers', async () => {
    const { url } = await tenant();
    const { stdout } = await runMain(['list', '--endpoint', url, '-o', 'csv']);
    expect(stdout.split('\n')[0]).toMatch(/^deviceConfigurationId,displayName,@odata\.type,via,/);
    const rows: Record<string, string>[] = parse(stdout, { columns: true });
    expect(rows.map(({ failedCount }) => failedCount)).toEqual(FORMULAS.map((_, index) => String(0 - index)));
  });

  test('is read by apply with the original ids, even if they look like formulas', async () => {
    const csv = `deviceConfigurationId,displayName,pending\n"'=a","'=cmd",5\n'b,x,6\n`;
    const patched = await startRecordingServer();
    const argv = ['apply', '-', '--yes', '--no-read', '--endpoint', patched.url, '-o', 'json'];
    const { stdout } = await runMain(argv, { input: csv });
    await patched.close();
    const { rows } = JSON.parse(stdout) as { rows: { deviceConfigurationId: string }[] };
    expect(rows.map(({ deviceConfigurationId }) => deviceConfigurationId)).toEqual(['=a', "'b"]);
  });

  test('is restored exactly for any text', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom("'", '=', '-', '@', '\t', 'a') }));
    fc.assert(
      fc.property(text, (original) => {
        const cell = guardedCell(original);
        expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        expect(unguardedCell(cell)).toBe(original);
      }),
    );
  });
});
