import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { present } from '../../../src/present/index.ts';
import { requestView } from '../../../src/present/views/request.ts';
import { captured } from '../captured.ts';

/** What shells, JSON and terminals each treat in a way of their own. */
const tricky = fc
  .array(
    fc.constantFrom(
      ...'\'"\\$`!@#*?{}[]()<>|&;~ \t\n\r\u0000\u001b\u007f\u009b\u202e\u2028%ü漢🚀',
      "'\\''",
      '$(id)',
    ),
  )
  .map((parts) => parts.join(''));

async function shown(body: unknown, width: number): Promise<string> {
  const { out, text } = captured(width);
  const request = {
    method: 'PATCH',
    url: "http://127.0.0.1/it's?$select={x}",
    headers: { Authorization: 'Bearer ***', Accept: 'application/json' },
    body,
  };
  const result = { data: { value: request }, flat: undefined, view: () => requestView(request) };
  await present(result, { format: 'table', query: undefined, color: true, width }, out);
  return text();
}

test('what the terminal shows of a request can be pasted into a shell, and sends the same body', async () => {
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

test('the body in the text is the JSON that would be sent, whatever it holds', async () => {
  await fc.assert(
    fc.asyncProperty(tricky, async (id) => {
      const text = await shown({ id }, 40);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
      const [, json = ''] = /\n\n(\{\n[\s\S]*?\n\})\n\n/.exec(text) ?? [];
      expect(JSON.parse(json)).toEqual({ id });
    }),
  );
});

test('a request without a body has none', async () => {
  const text = await shown(null, 80);
  expect(text).not.toContain('--data-raw');
  expect(text).not.toContain('null');
});
