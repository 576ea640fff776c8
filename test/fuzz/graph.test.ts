import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sendBatch } from '../../src/graph/batch.ts';
import { BodyBuffer } from '../../src/graph/body-buffer.ts';
import { decoded, TooLarge } from '../../src/graph/content-coding.ts';
import { answerFailure, unusableAnswer } from '../../src/graph/failure.ts';
import { pages } from '../../src/graph/pages.ts';
import { readQuotaRecord } from '../../src/graph/quota/record.ts';
import { retryAfterOf, waitText } from '../../src/graph/retry-after.ts';
import { Failure } from '../../src/outcome/errors.ts';
import { failureText } from '../../src/present/failure.ts';
import { lacks, readClaims } from '../../src/sign-in/claims.ts';
import type { Reply } from '../support/answers.ts';
import { startGraph } from '../support/fake-graph.ts';
import { damaged, json, text, twisted } from './arbitraries.ts';
import { look, orFailure } from './look.ts';

/** Generated parts of answers: bodies, headers, pages, batches, refusals and tokens. */

describe('the body of an answer', () => {
  const CODERS = {
    gzip: gzipSync,
    'x-gzip': gzipSync,
    br: brotliCompressSync,
    deflate: deflateSync,
    'Deflate ': deflateRawSync,
    identity: (bytes: Uint8Array) => Buffer.from(bytes),
  } as const;
  const names = Object.keys(CODERS) as (keyof typeof CODERS)[];
  const MOST = 5_000;

  test('is the original, or too large, or an error', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: MOST - 1, max: MOST + 1 }).map((length) => new Uint8Array(length)),
    );
    const harm = fc.option(
      fc.record({ at: fc.nat(300), by: fc.integer({ min: 1, max: 255 }), cut: fc.boolean() }),
    );
    const more = fc.option(fc.constantFrom('zstd', 'gzip', 'deflate', ',', 'br, br, br, br, br, br'), {
      freq: 2,
    });
    await look(
      'bodies, compressed',
      300,
      fc.asyncProperty(
        bytes,
        fc.array(fc.constantFrom(...names), { maxLength: 5 }),
        harm,
        more,
        async (plain, codings, hit, wrong) => {
          let sent: Uint8Array = plain;
          for (const coding of codings) sent = CODERS[coding](sent);
          if (hit !== null && sent.length > 0) {
            sent = Uint8Array.from(hit.cut ? sent.subarray(0, hit.at) : sent);
            if (hit.at < sent.length) sent[hit.at] = (sent[hit.at] as number) ^ hit.by;
          }
          const encoding = [...(wrong === null ? [] : [wrong]), ...codings].join(',');
          const read = await decoded(sent, encoding, MOST).catch((error: Error) => error);
          if (read instanceof Error)
            expect(read instanceof TooLarge || (read as NodeJS.ErrnoException).code !== undefined).toBe(true);
          else expect(read.length).toBeLessThanOrEqual(Math.max(MOST, sent.length));
          if (hit === null && wrong === null && plain.length <= MOST && codings.length <= 5)
            expect(Buffer.from(read as Uint8Array).equals(Buffer.from(plain))).toBe(true);
          if (
            codings.some((one) => one !== 'identity') &&
            hit === null &&
            wrong === null &&
            plain.length > MOST
          )
            expect(read).toBeInstanceOf(TooLarge);
        },
      ),
    );
  });

  test('is the concatenation of its chunks', async () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.nat(70_000).map((length) => new Uint8Array(length).fill(length % 251)),
    );
    await look(
      'bodies, in parts',
      100,
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), async (parts) => {
        const body = new BodyBuffer();
        for (const one of parts) body.add(one);
        expect(body.length).toBe(parts.reduce((sum, { length }) => sum + length, 0));
        expect(Buffer.concat(parts).equals(body.bytes())).toBe(true);
      }),
    );
  });
});

test('a Retry-After header is a wait that is not negative, or undefined', async () => {
  const SECOND = 1_000;
  const at = fc.integer({ min: 0, max: Date.UTC(2099, 0) / SECOND }).map((one) => one * SECOND);
  const forms = [
    (one: number) => new Date(one).toUTCString(),
    (one: number) =>
      new Date(one)
        .toUTCString()
        .replace(/ (\w{3}) \d\d(\d\d) /, '-$1-$2 ')
        .replace(/(\d\d) /, '$1 '),
    (one: number) => {
      const [day = '', date = '', month = '', year = '', time = ''] = new Date(one)
        .toUTCString()
        .split(/,? /);
      return `${day} ${month} ${String(Number(date)).padStart(2, ' ')} ${time} ${year}`;
    },
  ] as const;
  const form = fc.constantFrom(forms[0], forms[2]);
  await look(
    'Retry-After, as a date',
    300,
    fc.asyncProperty(at, at, form, fc.boolean(), async (until, now, write, own) => {
      const date = own ? new Date(now).toUTCString() : undefined;
      expect(retryAfterOf(write(until), date, now)).toBe(Math.max(0, until - now));
    }),
  );
  const any = fc.oneof(
    damaged(
      fc.tuple(at, fc.constantFrom(...forms)).map(([one, write]) => write(one)),
      ['0', 'GMT', ':', ' ', '-'],
    ),
    fc
      .tuple(
        fc.constantFrom('', '+', '-'),
        fc.oneof(fc.nat(), fc.nat(200_000)),
        fc.constantFrom('', '.', '.5', ' ', 'e3'),
      )
      .map((all) => all.join('')),
    text,
  );
  await look(
    'Retry-After, of any text',
    300,
    fc.asyncProperty(any, fc.option(any, { nil: undefined }), async (value, date) => {
      const wait = retryAfterOf(value, date, 0);
      if (wait === undefined) return;
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(waitText(wait)).toMatch(/^\d+(?:\.\d)? (?:s|min|h|days)$/);
    }),
  );
});

const OVERVIEW = { id: 'o', pendingCount: 1, failedCount: 0, lastUpdateDateTime: '2026-01-01T00:00:00Z' };
const INTUNE = {
  _version: 3,
  Message:
    'An error has occurred - Operation ID (for customer support): x - Activity ID: 00000000-0000-4000-8000-000000000000 - Url: https://fef.x.manage.microsoft.com/x',
  ErrorCode: 'c',
  CustomApiErrorPhrase: 'p',
};
const errorOf = (message: string): unknown => ({
  error: {
    code: 'BadRequest',
    message,
    innerError: { date: 'd', 'request-id': 'r', details: [{ code: 'c' }] },
  },
});
const PHRASES = [
  'Request not applicable to target tenant.',
  "Resource not found for the segment 'x'.",
  'No OData route exists that match template ~/x with http verb GET',
  'Access token has expired or is not yet valid.',
  JSON.stringify(INTUNE),
  `Before: ${JSON.stringify(INTUNE)}`,
  JSON.stringify(JSON.stringify(INTUNE)),
  JSON.stringify({ error: { value: 'words' } }),
  '{}',
  '{ ',
  '['.repeat(100),
  '',
  ' ',
];
const HTML = '<!doctype html><html><head><title>Sign in &amp; more &#39;now&nbsp;</title></head></html>';
const errorBody = fc.oneof(
  fc.constantFrom(...PHRASES).map((one) => JSON.stringify(errorOf(one))),
  fc
    .constantFrom(...PHRASES)
    .chain((one) => twisted(errorOf(one)).map((value) => JSON.stringify(value) ?? '')),
  fc.constantFrom(
    ...[
      JSON.stringify(INTUNE),
      '{"error":"invalid_grant","error_description":"AADSTS1: no"}',
      '{"error":""}',
    ],
    ...[
      '{"odata.error":{"message":{"lang":"en","value":"old"}}}',
      '{"ErrorCode":"c"}',
      '',
      ' ',
      HTML,
      '{"x":1}',
    ],
    ...[
      '\ufeff{"error":{"message":"m"}}',
      '<?xml version="1.0"?><x/>',
      `${'['.repeat(100)}`,
      'plain words',
      '[1]',
    ],
    ...['<!-- c --><HTML><title></title>', '<title>a', `{"error":{"message":"${'m'.repeat(3_000)}"}}`],
  ),
  damaged(fc.constant(HTML), ['<', '>', '&', '<title>', '&nbsp;', '<html']),
);
const challenge = fc.oneof(
  fc.constantFrom(
    'Bearer realm="", claims="eyJhIjoxfQ=="',
    'Bearer claims="e30="',
    'Bearer realm="urn:intune:service"',
    'Bearer claims="%"',
  ),
  text,
);
const date = fc.constantFrom('Fri, 02 Jan 2026 03:04:05 GMT', 'Fri, 02 Jan 2026 09:04:05 GMT', 'never');
const headers = fc
  .record(
    {
      'content-type': fc.constantFrom('application/json', 'text/html', 'text/plain', 'text/json', 'x'),
      'request-id': fc.constantFrom('r', '', 'r'.repeat(300)),
      'www-authenticate': challenge,
      'retry-after': fc.constantFrom('1', '-1', '1e9', 'soon', 'Fri, 02 Jan 2026 03:04:15 GMT'),
      location: text,
      date,
    },
    { requiredKeys: [] },
  )
  .map((all) => all as Record<string, string>);
const status = fc.oneof(
  fc.constantFrom(401, 403, 404),
  fc.constantFrom(...[300, 302, 400, 401, 403, 404, 407, 409, 412, 423, 424, 429, 500, 501, 502, 503, 504]),
  fc.integer({ min: 300, max: 599 }),
);

describe('a refusal', () => {
  test('of any kind becomes one message without control characters, and tells whether something was stored', async () => {
    const url = new URL('http://127.0.0.1/beta/x');
    const context = fc.record(
      {
        now: fc.constant(Date.UTC(2026, 0, 2, 3, 4, 5)),
        challenged: fc.boolean(),
        permitted: fc.boolean(),
        bearer: fc.constantFrom({}, { Authorization: 'Bearer t' }),
      },
      { requiredKeys: ['permitted', 'bearer'] },
    );
    await look(
      'refusals, as Graph, Intune and gateways word them',
      500,
      fc.asyncProperty(
        fc.constantFrom('GET', 'PATCH', 'POST'),
        fc.tuple(status, headers, errorBody),
        context,
        async (method, [code, given, text], { permitted, bearer, ...rest }) => {
          const outgoing = {
            method,
            url,
            headers: { ...bearer, 'client-request-id': 'mine' } as Record<string, string>,
            body: undefined,
          };
          const incoming = { status: code, headers: given, text };
          const failure = answerFailure(outgoing, incoming, { ...rest, holds: () => permitted });
          expect(failure.details.written).toBe(
            method === 'GET' ? undefined : code < 500 || code === 501 || code === 503 ? 'no' : 'unknown',
          );
          for (const one of [failure, unusableAnswer(outgoing, { ...incoming, status: 200 }, 'x')]) {
            const words = failureText(one, { json: false, color: false });
            expect(words.length).toBeLessThan(20_000);
            expect(words.replaceAll('\n', '')).not.toMatch(
              /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
            );
          }
        },
      ),
    );
  });
});

describe('a batch', () => {
  const item = fc.record(
    {
      id: fc.constantFrom('0', '1', '2', 0, '9'),
      status: fc.oneof(status, fc.constantFrom(200, '200', '204', '2xx', 204, 424, 0, null)),
      headers: fc.oneof(
        headers,
        fc.constantFrom({ 'Retry-After': 7, 'Request-Id': 'r' }, null, 'x', { date: {} }),
      ),
      body: fc.oneof(
        fc.constant(OVERVIEW),
        errorBody.map((one) => orText(one)),
        json,
      ),
    },
    { requiredKeys: ['id'] },
  );

  test('has one answer for each of its requests: a result, or a failure with the member transient', async () => {
    let reply: Reply = {};
    const { client } = await startGraph(() => reply);
    const requests = [
      { method: 'GET', path: '/a' },
      { method: 'PATCH', path: '/b', body: { pendingCount: 1 } },
      { method: 'GET', path: '/c' },
    ] as const;
    const responses = fc.oneof(
      { weight: 8, arbitrary: fc.array(fc.oneof({ weight: 6, arbitrary: item }, json), { maxLength: 5 }) },
      json,
    );
    const twice = fc.boolean();
    await look(
      '$batch answers',
      150,
      fc.asyncProperty(responses, twice, headers, async (given, doubled, own) => {
        const all = doubled && Array.isArray(given) ? [...given, ...given] : given;
        const { date: at = '', 'request-id': id = '' } = own;
        reply = { headers: { date: at, 'request-id': id }, body: { responses: all } };
        const answers = await orFailure(['graph', 'network'], () => sendBatch(client, requests));
        if (answers instanceof Failure) return expect(Array.isArray(all)).toBe(false);
        expect(answers).toHaveLength(requests.length);
        for (const [index, answer] of answers.entries()) {
          const own = (all as { id?: unknown }[]).filter((one) => one?.id === String(index));
          if (own.length === 0) expect(answer.ok).toBe(false);
          if (answer.ok) expect([answer.status >= 200, answer.status < 300]).toEqual([true, true]);
          else expect(typeof answer.failure.details.transient).toBe('boolean');
        }
      }),
    );
  });
});

function orText(one: string): unknown {
  try {
    return JSON.parse(one);
  } catch {
    return one;
  }
}

test('pages end, and their links lead only to the same Graph', async () => {
  const answers: unknown[] = [];
  const graph = await startGraph(() => ({ body: answers.length > 0 ? answers.shift() : { value: [1] } }));
  const root = `${graph.server.url}/graph/beta`;
  const link = fc.oneof(
    fc.nat(2).map((skip) => `${root}/things?$skip=${skip}`),
    fc.nat(2).map((skip) => `things?$skip=${skip}`),
    fc.constantFrom(
      ...[
        '/graph/beta/things?$skip=9',
        '/GRAPH/beta/things',
        '/graph/BETA/things?$skip=7',
        '?$skip=8',
        'things/x?$skip=3',
        '../x',
        '//x',
      ],
      ...[
        'https://example.com/graph/beta/things',
        `${root}evil/things`,
        `${graph.server.url}/other`,
        'http://[',
        '',
      ],
    ),
    damaged(fc.constant(`${root}/things?$skip=1`), ['/', '..', '@', ':', '%2e', '\\', '#', 'beta']),
    json,
  );
  const items = fc.oneof({ weight: 6, arbitrary: fc.array(json, { maxLength: 2 }) }, json);
  const page = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ value: items, '@odata.nextLink': link }, { requiredKeys: ['value'] }),
    },
    json,
  );
  const endless = fc.nat(30).map((one) => one === 0);
  await look(
    'pages and their links',
    60,
    fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 6 }), endless, async (all, never) => {
      answers.splice(0, answers.length, ...all);
      if (never)
        answers.splice(
          0,
          answers.length,
          ...Array.from({ length: 110 }, (_, at) => ({
            value: [],
            '@odata.nextLink': `${root}/things?$skip=${at}`,
          })),
        );
      const from = graph.lines.length;
      const read = await orFailure(['graph', 'network'], async () => {
        let count = 0;
        for await (const one of pages(graph.client, '/things')) count += one.length;
        return count;
      });
      if (never) expect(read).toBeInstanceOf(Failure);
      expect(graph.lines.length - from).toBeLessThanOrEqual(103);
      for (const line of graph.lines.slice(from)) expect(line).toMatch(/^GET \/(?!\/)/);
    }),
  );
});

test('a damaged token has claims or none', async () => {
  const CLAIMS = {
    ...{
      aud: 'https://graph.microsoft.com',
      iss: 'i',
      tid: 't',
      appid: 'a',
      azp: 'z',
      oid: 'o',
      exp: 1_767_000_000,
    },
    ...{ preferred_username: 'u', upn: 'n', unique_name: 'q', app_displayname: 'd' },
    scp: 'openid DeviceManagementConfiguration.ReadWrite.All',
    roles: ['DeviceManagementConfiguration.Read.All', 7],
  };
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');
  const whole = twisted(CLAIMS).map((claims) => `${part({ alg: 'x' })}.${part(claims)}.s`);
  await look(
    'claims of tokens, damaged',
    300,
    fc.asyncProperty(fc.oneof(whole, damaged(whole, ['.', '=', 'e30'])), async (token) => {
      const claims = readClaims(token);
      if (claims === undefined) return;
      const { expires, permissions } = claims;
      expect(['undefined', 'number']).toContain(typeof expires);
      for (const one of permissions ?? []) expect(typeof one).toBe('string');
      for (const access of ['read', 'write'] as const)
        expect(lacks(claims, access)).toBe(permissions !== undefined && !allows(permissions, access));
    }),
  );

  function allows(permissions: readonly string[], access: 'read' | 'write'): boolean {
    return permissions.some((one) =>
      (access === 'write' ? ['ReadWrite'] : ['Read', 'ReadWrite']).some(
        (what) => one === `DeviceManagementConfiguration.${what}.All`,
      ),
    );
  }
});

test('a line of the shared quota is a record or undefined', async () => {
  const common = { by: 'p', at: 1_767_000_000_000, kind: 'write', count: 3 };
  const records = [
    { ...common, did: 'take', limit: { writes: 100, requests: 1_000, window: 20_000 }, hold: 30_000 },
    { ...common, did: 'answer', passed: 2 },
    { ...common, did: 'use' },
    { ...common, did: 'release' },
    { ...common, did: 'throttle', pause: 1_000, asked: true },
  ];
  const whole = fc.constantFrom(...records);
  const lines = fc.oneof(
    whole.map((one) => JSON.stringify(one)),
    whole.chain(twisted).map((one) => JSON.stringify(one) ?? ''),
    damaged(
      whole.map((one) => JSON.stringify(one)),
      ['"did":', '-1', '1e99', 'null', '{', '}', ' '.repeat(1_000)],
    ),
  );
  await look(
    'lines of the shared quota',
    400,
    fc.asyncProperty(lines, async (line) => {
      const record = readQuotaRecord(line);
      if (record === undefined) return;
      const { by, at, kind } = record;
      expect([typeof by, Number.isFinite(at), at >= 0]).toEqual(['string', true, true]);
      expect(['read', 'write']).toContain(kind);
      if (record.did === 'answer') expect(record.passed).toBeLessThanOrEqual(record.count);
      if (record.did !== 'throttle') expect(record.count).toBeGreaterThanOrEqual(0);
    }),
  );
});
