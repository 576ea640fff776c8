import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { claimsChallenge } from '../../src/graph/challenge.ts';
import { answerFailure } from '../../src/graph/failure.ts';
import { retryAfterOf } from '../../src/graph/retry-after.ts';
import { EXIT_CODES } from '../../src/outcome/errors.ts';
import { failureText } from '../../src/present/failure.ts';
import { readClaims } from '../../src/sign-in/claims.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type Run, runMain } from '../support/run-main.ts';
import { damaged, json, text, twisted } from './arbitraries.ts';
import { look } from './look.ts';

/** Generated answers of Graph: every one leads to a result or a documented failure. */

let server: RecordingServer;
let answer: (path: string) => { readonly status: number; readonly body: string };

beforeAll(async () => {
  server = await startRecordingServer(({ path }, response) => {
    const { status, body } = answer(path);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
});

afterAll(() => server.close());

const CODES = new Set<number>([0, ...Object.values(EXIT_CODES)]);

async function runExpectingNoDefect(argv: readonly string[], input?: string): Promise<Run> {
  const all = [...argv, '--endpoint', server.url, '--retries', '1'];
  const run = await runMain(all, input === undefined ? {} : { input });
  expect(CODES.has(run.code)).toBe(true);
  // The program reports an unexpected error as a defect.
  expect(run.stderr).not.toContain('this is a defect');
  return run;
}

const OVERVIEW = {
  id: 'o',
  pendingCount: 1,
  failedCount: 0,
  successCount: 3,
  lastUpdateDateTime: '2026-01-01T00:00:00Z',
};
const overview = fc.oneof(
  json,
  twisted(OVERVIEW),
  fc.record(
    { id: text, pendingCount: json, failedCount: fc.nat(), lastUpdateDateTime: text },
    { requiredKeys: [] },
  ),
);
const status = fc.oneof(
  { weight: 3, arbitrary: fc.constant(200) },
  { weight: 1, arbitrary: fc.constantFrom(204, 302, 400, 401, 403, 404, 409, 412, 429, 500, 503) },
);
const format = fc.constantFrom('table', 'json', 'jsonl', 'csv', 'tsv', 'yaml', 'markdown');
const bodyText = (value: unknown): string => JSON.stringify(value) ?? '';

describe('answers of any JSON', () => {
  test('to get and patch lead to a result or a documented failure', async () => {
    const argv = fc.constantFrom(
      ['get', 'id:x'],
      ['patch', 'id:x', '--pending', '1'],
      ['patch', 'id:x', '--pending', '1', '--diff'],
      ['patch', 'id:x', '--pending', '1', '--if-changed', '--verify'],
      ['get', 'id:x', '--via', 'root', '--resolve'],
    );
    await look(
      'answers to get and patch',
      150,
      fc.asyncProperty(argv, overview, status, format, async (command, value, code, how) => {
        answer = () => ({ status: code, body: bodyText(value) });
        await runExpectingNoDefect([...command, '-o', how]);
      }),
    );
  });

  test('to list lead to a result or a documented failure', async () => {
    const item = fc.oneof(
      json,
      fc.record(
        { id: text, displayName: json, '@odata.type': json, deviceStatusOverview: overview },
        { requiredKeys: ['id'] },
      ),
    );
    const good = [1, 2].map((one) => ({
      id: `c-${one}`,
      displayName: 'n',
      '@odata.type': '#t',
      deviceStatusOverview: OVERVIEW,
    }));
    const page = fc.oneof(
      json,
      twisted({ value: good }),
      fc.record(
        { value: fc.oneof(json, fc.array(item, { maxLength: 4 })), '@odata.nextLink': json },
        { requiredKeys: ['value'] },
      ),
    );
    const more = fc.constantFrom(
      [],
      ['--where', 'failed gt 5%'],
      ['--sort', '-failed', '--top', '2'],
      ['--where', 'last-update lt -7d or pending ge 1'],
    );
    await look(
      'answers to list',
      150,
      fc.asyncProperty(page, overview, status, format, more, async (listed, single, code, how, options) => {
        answer = (path) =>
          path.includes('?')
            ? { status: code, body: bodyText(listed) }
            : { status: 200, body: bodyText(single) };
        await runExpectingNoDefect(['list', ...options, '-o', how]);
      }),
    );
  });

  test('to apply lead to results for all rows: pages, single reads and $batch', async () => {
    const response = fc.oneof(
      json,
      fc.record(
        {
          id: fc.oneof(fc.constantFrom('0', '1', '2', '3', '4', '5'), json),
          status: fc.oneof(status, json),
          headers: json,
          body: overview,
        },
        { requiredKeys: ['id'] },
      ),
    );
    const good = [0, 1, 2, 3, 4, 5].map((one) => ({
      id: String(one),
      status: 200,
      headers: { 'Retry-After': '1' },
      body: OVERVIEW,
    }));
    const envelope = fc.oneof(
      json,
      twisted({ responses: good }),
      fc.record({ responses: fc.oneof(json, fc.array(response, { maxLength: 8 })) }),
    );
    const rows = `deviceConfigurationId,pending\n${['a', 'b', 'c', 'd', 'e', 'f'].map((id) => `${id},1`).join('\n')}\n`;
    await look(
      '$batch answers, in apply',
      100,
      fc.asyncProperty(
        envelope,
        json,
        status,
        fc.constantFrom('table', 'json', 'jsonl', 'csv'),
        async (batch, other, code, how) => {
          answer = (path) =>
            path.includes('$batch')
              ? { status: code, body: bodyText(batch) }
              : { status: 200, body: bodyText(other) };
          const run = await runExpectingNoDefect(['apply', '-', '--yes', '-o', how], rows);
          if (how !== 'json' || run.stdout === '') return;
          const { planned, written, mismatched, failed, unchanged, rows: records } = JSON.parse(run.stdout);
          expect(records).toHaveLength(6);
          expect(written + mismatched + failed + unchanged).toBe(6);
          expect(planned).toBeLessThanOrEqual(6);
        },
      ),
    );
  });
});

describe('answerFailure and readClaims', () => {
  const GOOD = JSON.stringify({
    error: {
      code: 'BadRequest',
      message:
        '{"_version":3,"Message":"An error has occurred - Operation ID (for customer support): x - Activity ID: 00000000-0000-4000-8000-000000000000 - Url: https://x","CustomApiErrorPhrase":"p"}',
      innerError: { date: 'd', 'request-id': 'r', innererror: { code: 'c' } },
    },
  });
  const WORDS = [
    'null',
    '[]',
    '{}',
    '"',
    '\\"',
    '<html>',
    '<title>',
    '"message":',
    '"innerError":',
    '"code":7',
    '\u001b[31m',
    '\n',
  ];

  test('return one message without control characters for any refusal', async () => {
    const url = new URL('http://127.0.0.1/beta/x');
    const outgoing = {
      method: 'PATCH',
      url,
      headers: { 'client-request-id': 'mine' },
      body: undefined,
    } as const;
    const headers = fc.dictionary(
      fc.constantFrom('content-type', 'request-id', 'location', 'www-authenticate', 'retry-after'),
      text,
    );
    const body = fc.oneof(damaged(fc.constant(GOOD), WORDS), json.map(bodyText), text);
    await look(
      'error bodies and headers of refusals',
      500,
      fc.asyncProperty(fc.integer({ min: 300, max: 599 }), headers, body, async (code, given, body) => {
        const incoming = { status: code, headers: given as Record<string, string>, text: body };
        const failure = answerFailure(outgoing, incoming);
        expect(['sign-in', 'permission', 'not-found', 'throttled', 'network', 'graph']).toContain(
          failure.kind,
        );
        const words = failureText(failure, { json: false, color: false });
        expect(words.length).toBeLessThan(20_000);
        expect(words.split('\n').length).toBeLessThanOrEqual(4);
        expect(words.replaceAll('\n', '')).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
        );
        const { message } = JSON.parse(failureText(failure, { json: true, color: false })).error;
        // Longer messages are shortened.
        if (failure.message.length <= 2_000) expect(message).toBe(failure.message);
        else expect(message.length).toBeLessThanOrEqual(failure.message.length);
        expect(['undefined', 'string']).toContain(typeof claimsChallenge(incoming));
        const wait = retryAfterOf(incoming.headers['retry-after'], incoming.headers.date, 0);
        expect(wait === undefined || wait >= 0).toBe(true);
      }),
    );
  });

  test('return an object or undefined for the claims of any token', async () => {
    const token = fc.oneof(
      text,
      fc
        .tuple(json, json)
        .map(
          (parts) => `${parts.map((part) => Buffer.from(bodyText(part)).toString('base64url')).join('.')}.x`,
        ),
    );
    await look(
      'claims of tokens',
      300,
      fc.asyncProperty(token, async (one) => {
        expect(['undefined', 'object']).toContain(typeof readClaims(one));
      }),
    );
  });
});
