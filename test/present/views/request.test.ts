import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { present } from '../../../src/present/index.ts';
import { requestView } from '../../../src/present/views/request.ts';
import { captured } from '../captured.ts';

/** Characters with a special meaning in shells, JSON or terminals. */
const tricky = fc
  .array(
    fc.constantFrom(
      ...'\'"\\$`!@#*?{}[]()<>|&;~ \t\n\r\u0000\u001b\u007f\u009b\u202e\u2028%ü漢🚀',
      "'\\''",
      '$(id)',
    ),
  )
  .map((parts) => parts.join(''));

async function shown(body: unknown, width: number, platform: NodeJS.Platform = 'linux'): Promise<string> {
  const { out, text } = captured(width);
  const request = {
    method: 'PATCH',
    url: "http://127.0.0.1/it's?$select={x}",
    headers: { Authorization: 'Bearer ***', Accept: 'application/json' },
    body,
  };
  const result = { data: { value: request }, flat: undefined, view: () => requestView(request, platform) };
  await present(result, { format: 'table', query: undefined, color: true, width }, out);
  return text();
}

test('the printed command can be pasted into a shell, and sends the same body', async () => {
  const script = `node -e 'process.stdout.write(JSON.stringify(process.argv.slice(1)))' --`;
  await fc.assert(
    fc.asyncProperty(tricky, async (id) => {
      const body = { '@odata.type': '#x', id };
      const text = await shown(body, 40);
      const line = text.split('\n').find((one) => one.startsWith('curl ')) ?? '';
      const { stdout } = spawnSync('sh', ['-c', line.replace(/^curl/, () => script)], {
        env: { PATH: process.env.PATH, GRAPH_TOKEN: 't0k"en' },
        encoding: 'utf8',
      });
      const args: string[] = JSON.parse(stdout);
      const data = args[args.indexOf('--data-raw') + 1] ?? '';
      expect(JSON.parse(data)).toEqual(body);
      expect(args.filter((arg) => arg !== data)).toEqual([
        ...[
          '--globoff',
          '-X',
          'PATCH',
          '-H',
          'Authorization: Bearer t0k"en',
          '-H',
          'Accept: application/json',
        ],
        ...['--data-raw', "http://127.0.0.1/it's?$select={x}"],
      ]);
    }),
    { numRuns: 40 },
  );
});

test('the printed body is the JSON that would be sent', async () => {
  await fc.assert(
    fc.asyncProperty(tricky, async (id) => {
      const text = await shown({ id }, 40);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
      const [, json = ''] = /\n\n(\{\n[\s\S]*?\n\})\n\n/.exec(text) ?? [];
      expect(JSON.parse(json)).toEqual({ id });
    }),
  );
});

test('a request without a body is printed without one', async () => {
  const text = await shown(null, 80);
  expect(text).not.toContain('--data-raw');
  expect(text).not.toContain('null');
});

describe('on Windows', () => {
  test('the command is for PowerShell: the body is piped in ASCII, and all kinds of single quotes are doubled', async () => {
    const text = await shown({ id: "it's “5’ ü" }, 400, 'win32');
    expect(text.split('\n').filter((line) => line.includes('curl'))).toEqual([
      `'{"id":"it''s \\u201c5\\u2019 \\u00fc"}' | curl.exe --globoff -X PATCH` +
        ` -H "Authorization: Bearer $env:GRAPH_TOKEN" -H 'Accept: application/json'` +
        ` --data-binary '@-' 'http://127.0.0.1/it''s?$select={x}'`,
    ]);
  });

  test('the body is always a literal string for PowerShell', async () => {
    await fc.assert(
      fc.asyncProperty(tricky, async (id) => {
        const text = await shown({ id }, 40, 'win32');
        const line = text.split('\n').find((one) => one.includes('curl.exe')) ?? '';
        const [, quoted = '', rest = ''] =
          /^'((?:[^'\u2018-\u201b]|'')*)' \| (curl\.exe .*)$/.exec(line) ?? [];
        expect(JSON.parse(quoted.replaceAll("''", "'"))).toEqual({ id });
        expect(rest).toMatch(/^[\x20-\x7e]+$/);
      }),
    );
  });

  test('a request without a body has no pipe', async () => {
    const text = await shown(null, 80, 'win32');
    expect(text).toContain('\ncurl.exe --globoff -X PATCH ');
    expect(text).not.toContain('|');
  });
});
